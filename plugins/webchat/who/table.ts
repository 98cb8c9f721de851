/** A link that confirms an address; used or not, it counts as a mail that was sent. */
interface EmailCodeTable {
  /** SHA-256; the code itself is only in the mail. */
  hash: string
  visitor_id: number
  email: string
  created_at: number
  expires_at: number
  used_at: number | null
}

/** In which of Sapa's conversations a visitor has written. */
interface ThreadTable {
  conversation_id: number
  visitor_id: number
}

/** A conversation that was closed; without stars it still waits for them. */
interface RatingTable {
  visitor_id: number
  conversation_id: number
  asked_at: number
  stars: number | null
  comment: string | null
  rated_at: number | null
}

/** Answers that went out once more as a mail. */
interface MailedTable {
  message_seq: number
  at: number
}

export interface WhoTables {
  webchat_email_code: EmailCodeTable
  webchat_thread: ThreadTable
  webchat_rating: RatingTable
  webchat_mailed: MailedTable
}
