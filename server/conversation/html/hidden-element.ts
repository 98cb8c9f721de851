/**
 * Whether the sender meant nobody to see it: preview texts, hashes against spam filters, and words
 * that should reach only programs.
 */
export function isHidden(attributes: Record<string, string>): boolean {
  if ('hidden' in attributes) return true
  const declarations = (attributes['style'] ?? '').slice(0, 4000).toLowerCase().split(';')
  const styles = new Map(
    declarations.map(declaration => {
      const [name = '', value = ''] = declaration.split(':')
      return [name.trim(), value.replace('!important', '').trim()]
    })
  )
  return invisible.some(([name, isInvisible]) => isInvisible(styles.get(name) ?? ''))
}

const isZero = (value: string) => /^0(?:\.0+)?(?:px|pt|em|rem|%)?$/.test(value)

const invisible: [string, (value: string) => boolean][] = [
  ['display', value => value === 'none'],
  ['visibility', value => value === 'hidden' || value === 'collapse'],
  ['mso-hide', value => value === 'all'],
  ['font-size', isZero],
  ['max-height', isZero],
  ['max-width', isZero],
  ['opacity', isZero]
]
