/** What lets somebody into `/recovery`: a link that was asked for, and what it was changed into. */
export interface RecoveryKeyTable {
  /** SHA-256 of the token; the token itself is nowhere. */
  hash: string
  kind: 'link' | 'session'
  created_at: number
  expires_at: number
  used_at: number | null
}

declare module '../../db/schema.ts' {
  interface Tables {
    recovery_key: RecoveryKeyTable
  }
}
