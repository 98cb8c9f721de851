/** Digits with the country's code in front, so that 0812…, 62812… and +62 812… are one number. */
export function phoneDigits(text: string, countryCode: string): string {
  const digits = text.replaceAll(/\D/g, '')
  if (text.trim().startsWith('+')) return digits
  if (digits.startsWith('00')) return digits.slice(2)
  return digits.startsWith('0') ? countryCode + digits.slice(1) : digits
}

/** How the same number may stand in an order: the shop compares letter by letter. */
export function spellings(phone: string, countryCode: string): string[] {
  const digits = phoneDigits(phone, countryCode)
  if (!digits.startsWith(countryCode)) return [digits]
  const local = `0${digits.slice(countryCode.length)}`
  return [local, local.replace(/^(\d{4})(\d{4})(\d+)$/, '$1-$2-$3'), digits]
}
