/** 13 to 19 digits, perhaps in groups, that are not part of a longer number. */
const likeCard = /(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)/g

export const hasCard = (text: string): boolean =>
  (text.match(likeCard) ?? []).some(number => isCard(digitsOf(number)))

/** Only the last four digits stay. An order number that is no card stays whole. */
export const masked = (text: string): string =>
  text.replace(likeCard, number => {
    const digits = digitsOf(number)
    return isCard(digits) ? `•••• ${digits.slice(-4)}` : number
  })

const digitsOf = (number: string) => number.replaceAll(/\D/g, '')

/** The check digit after Luhn: a random number passes in one of ten cases. */
function isCard(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = at % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
