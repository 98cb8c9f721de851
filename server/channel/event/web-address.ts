/** An address of the web as a link may have it; without name and password, which make one look like another. */
export function webAddress(text: string | undefined): string | null {
  if (typeof text !== 'string' || text.length > 2_000 || !URL.canParse(text)) return null
  const { protocol, username, password, href } = new URL(text)
  const isWeb = protocol === 'http:' || protocol === 'https:'
  return isWeb && username === '' && password === '' ? href : null
}
