/** Text with its addresses as links; nothing in it is ever markup. */
export function linked(text: string): (string | HTMLAnchorElement)[] {
  return text.split(/(https?:\/\/[^\s<>"']+)/).flatMap((part, index) => {
    if (index % 2 === 0) return part ? [part] : []
    const [, address = part, rest = ''] = /^(.*?)([.,;:!?)\]]*)$/.exec(part) ?? []
    if (!isWebAddress(address)) return [part]
    const link = document.createElement('a')
    link.href = address
    link.textContent = address
    link.target = '_blank'
    link.rel = 'noopener noreferrer nofollow'
    return rest ? [link, rest] : [link]
  })
}

export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
