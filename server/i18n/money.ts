/** `currency` is whatever a channel said: only three letters are a currency's name. */
export function money(tag: string, value: number, currency: string): string {
  if (!/^[A-Za-z]{3}$/.test(currency)) return new Intl.NumberFormat(tag).format(value)
  return new Intl.NumberFormat(tag, {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger'
  }).format(value)
}
