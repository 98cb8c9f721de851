import { randomBytes } from 'node:crypto'

/** Random characters of `a-z2-7`, safe in addresses and file names. 20 of them are 100 bits. */
export function randomCode(length = 20): string {
  return Array.from(randomBytes(length), byte => alphabet[byte & 31]).join('')
}

/** A random token for links and headers. 32 bytes give 43 characters. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
