import { createRequire } from 'node:module'

/** The world's numbers are 60 ms and 5 MB; many shops only have mail. */
export const phoneLibrary = (): typeof import('libphonenumber-js/max') =>
  load('libphonenumber-js/max') as typeof import('libphonenumber-js/max')

const load = createRequire(import.meta.url)
