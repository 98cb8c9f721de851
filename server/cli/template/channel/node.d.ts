// The little of Node.js that this plugin uses, so that tsc needs nothing else beside it.
// With @types/node installed, delete this file and set "types": ["node"] in tsconfig.json.
declare module 'node:crypto' {
  interface Hmac {
    update(bytes: Uint8Array): Hmac
    digest(): Uint8Array
  }
  export function createHmac(algorithm: 'sha256', key: string): Hmac
  export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean
}
