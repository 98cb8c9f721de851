import type { Generated, Kysely, Selectable } from 'kysely'
import type { SapaContext } from 'sapa/plugin-api'
import type { WhoTables } from './who/table.ts'

interface WidgetTable {
  account_id: number
  /** Public: it stands in the snippet. */
  key: string
  created_at: number
}

/** Somebody on a site; with `user_id` a user of the shop who has signed in there. */
interface VisitorTable {
  id: Generated<number>
  account_id: number
  /** 20 random characters: the thread's key, and the value of the identity. */
  public_id: string
  user_id: string | null
  name: string | null
  email: string | null
  is_email_proven: Generated<number>
  phone: string | null
  is_phone_proven: Generated<number>
  /** When they agreed to the line of consent. */
  consent_at: number | null
  /** JSON of what the page says about them. */
  facts: string | null
  locale: string | null
  /** Messages up to these have reached the visitor, were read by the visitor, were read by an agent. */
  delivered_seq: Generated<number>
  read_seq: Generated<number>
  agent_seq: Generated<number>
  created_at: number
  seen_at: number
}

/** What a browser shows to be a visitor; several browsers can be one. */
interface TokenTable {
  /** SHA-256; the token itself is nowhere. */
  hash: string
  account_id: number
  visitor_id: number
  created_at: number
  seen_at: number
  ended_at: number | null
}

interface MessageTable {
  seq: Generated<number>
  account_id: number
  visitor_id: number
  author: 'visitor' | 'agent' | 'auto'
  author_name: string | null
  /** The panel's id, of a visitor's message. */
  client_id: string | null
  /** Sapa's reference, of an answer. */
  client_ref: string | null
  text: string
  at: number
  page_url: string | null
  page_title: string | null
  /** JSON of the answers to tap below an answer; whichever was tapped, of a visitor's message. */
  choices: string | null
  choice_id: string | null
  /** Sapa has it. */
  is_journaled: Generated<number>
}

interface FileTable {
  visitor_id: number
  id: string
  account_id: number
  /** Null: not sent yet. */
  message_seq: number | null
  place: Generated<number>
  is_from_visitor: number
  name: string
  mime: string
  size: number
  is_image: number
  body: Uint8Array
  created_at: number
}

export interface ChatTables extends WhoTables {
  webchat_widget: WidgetTable
  webchat_visitor: VisitorTable
  webchat_token: TokenTable
  webchat_message: MessageTable
  webchat_file: FileTable
}

export type ChatDb = Kysely<ChatTables>
export type Visitor = Selectable<VisitorTable>
export type Message = Selectable<MessageTable>

export const tablesOf = (sapa: SapaContext) => sapa.db as unknown as ChatDb
