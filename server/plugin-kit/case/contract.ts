import { notApplicable } from '../check.ts'
import type { Case } from './case.ts'

const missing = (what: string) => () => notApplicable(`plugin API 1 has no ${what}`)

/** Promises about what the contract does not have yet. Their numbers are kept for it. */
export const contractCases: Case[] = [
  { number: 36, name: 'Templates are listed, sent and asked for', check: missing('templates') },
  { number: 37, name: 'A pressed button comes back as its choice', check: missing('buttons') }
]
