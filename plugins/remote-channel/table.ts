import type { Generated, Kysely } from 'kysely'
import type { SapaContext } from 'sapa/plugin-api'

interface TokenTable {
  id: Generated<number>
  account_id: number
  /** SHA-256; the token itself is nowhere. */
  hash: string
  created_at: number
  /** Set once a newer one exists. */
  expires_at: number | null
}

/** What is known of an outbound step beyond the life of the process. */
interface StepTable {
  account_id: number
  client_ref: string
  lease: string
  leased_until: number
  /** What the program said of it last, as JSON. */
  ack: string | null
  /** Core has been told. */
  is_taken: Generated<number>
  updated_at: number
}

interface UploadTable {
  account_id: number
  id: string
  mime: string
  size: number
  body: Uint8Array
  created_at: number
}

/** Whose a step or an upload is, to find it when they ask. */
interface PersonTable {
  account_id: number
  what: 'step' | 'upload'
  /** The client reference, or the upload's name. */
  ref: string
  kind: 'email' | 'phone' | 'external'
  value: string
  noted_at: number
}

export type RemoteDb = Kysely<{
  remote_channel_token: TokenTable
  remote_channel_step: StepTable
  remote_channel_upload: UploadTable
  remote_channel_person: PersonTable
}>

export const tablesOf = (sapa: SapaContext) => sapa.db as unknown as RemoteDb
