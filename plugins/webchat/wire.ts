/**
 * What the panel and the loader say to Sapa and hear from it, below `/chat/<key>`. JSON both ways; times are
 * milliseconds UTC. The panel makes the visitor's token itself (32 random bytes, base64url) and sends it as
 * `Authorization: Bearer`; it becomes known here with the first message or the first proof of a sign-in.
 *
 * GET    config      WidgetConfig; for the loader, any allowed origin, no token
 * GET    panel       the page in the frame
 * GET    messages    ?after=<seq> → History
 * POST   messages    NewMessage → 202 { message: ChatMessage }; the same clientId is the same message
 * PUT    files/<id>  bytes of one file, `x-filename` (URI encoded); id is a uuid of the panel's → 201 ChatFile
 * GET    files/<id>  the bytes, as attachment
 * GET    stream      text/event-stream, resumes by Last-Event-ID; events are ChatEvent
 * POST   typing      { isTyping }
 * PUT    reading     { delivered: seq, read: seq }
 * POST   activity    { items: NewActivity[] }
 * PUT    identity    SignIn → { visitor, isNew }, with a token that nobody knows yet; 403 when the proof does not hold
 * PUT    profile     Profile: what was typed, claimed only
 * PUT    email       { email }: sends the mail with the link that confirms it → 202
 * GET    elsewhere   { links: { channel, label, url }[] }
 * PUT    rating      { stars: 1-5, comment }
 * DELETE visitor     ends the chat here: the token is no longer good
 *
 * Refusals: { code, text, retryAfterMs? } with 400 invalid, 403 origin or proof, 404 unknown key, 409 form_only,
 * 410 ended (make a new token), 413 too_large, 415 file_type, 429 too_many, 503 closed for now.
 */
export interface WidgetConfig {
  key: string
  /** `https://…` of Sapa, and files whose address has their hash. */
  panelUrl: string
  locale: 'en' | 'id'
  name: string
  /** Already nudged until it can be read: the colour and the text on it, `#rrggbb`, in both schemes. */
  colors: { light: { brand: string; onBrand: string }; dark: { brand: string; onBrand: string } }
  scheme: 'auto' | 'light' | 'dark'
  launcher: {
    /** `own`: no button, the page has one of its own that `trigger` (a CSS selector) finds. */
    side: 'left' | 'right' | 'own'
    trigger: string
    /** Pixels. */
    offsetX: number
    offsetY: number
    offsetPhoneY: number
    zIndex: number
    label: string
  }
  /** Path patterns with `*`; empty `show` is everywhere. */
  rules: { show: string[]; hide: string[] }
  /** A bubble beside the button; 0 seconds: none. */
  greeting: { text: string; afterSeconds: number }
  isFormOnly: boolean
  /** Page views go onto the timeline. */
  tracksPages: boolean
  words: { open: string; close: string; unread: string; newMessage: string; frame: string }
}

/** What the panel draws besides the messages. */
export interface PanelState {
  name: string
  colors: WidgetConfig['colors']
  scheme: WidgetConfig['scheme']
  locale: 'en' | 'id'
  welcome: string
  /** Above the messages: when an answer can be expected. */
  promise: string
  isOpen: boolean
  /** Next moment of opening, while closed. */
  opensAt: number | null
  isFormOnly: boolean
  agents: { name: string }[]
  /** Fields before the first message; empty: none. */
  preChat: { name: 'name' | 'email' | 'phone'; label: string; isRequired: boolean }[]
  consent: { text: string; isRequired: boolean } | null
  privacyUrl: string | null
  hasFiles: boolean
  hasSound: boolean
  showsPoweredBy: boolean
  /** Whether the visitor can be offered mails, and other channels. */
  offers: { email: boolean; elsewhere: boolean }
  rating: { isAsked: boolean; stars: number | null }
  email: { value: string; isConfirmed: boolean } | null
  limits: { textLength: number; fileBytes: number; filesPerMessage: number }
}

export interface ChatMessage {
  /** Rises with every message of this account. */
  seq: number
  from: 'visitor' | 'agent' | 'auto'
  /** The panel's id of a visitor's message. */
  clientId?: string
  text: string
  files: ChatFile[]
  at: number
  author?: { name: string }
  /** Of a visitor's message: `sent` it is with the business, `read` somebody has read it. */
  status?: 'sent' | 'read'
  /** Answers to tap, while nothing has been said since. */
  choices?: { title: string; hint?: string }[]
  /** Of an answer: it also went to the visitor's email, because it was not read here. */
  isMailed?: true
}

export interface ChatFile {
  id: string
  name: string
  mime: string
  size: number
  /** It may be shown as a picture. */
  isImage: boolean
}

export interface History {
  /** Null: this token is not known yet. */
  visitor: string | null
  messages: ChatMessage[]
  /** Older ones can be fetched with `?before=<seq>`. */
  hasOlder: boolean
  /** Up to where the visitor has read. */
  readSeq: number
  /** Up to where an agent has read. */
  agentSeq: number
  /** The newest answers that went out as a mail, too. */
  mailed: number[]
  unread: number
  state: PanelState
}

export interface NewMessage {
  /** A uuid of the panel's. */
  clientId: string
  text: string
  /** Ids of files that were put before. */
  files: string[]
  /** Tapped below the answer `of`; then its title is the text. */
  choice?: { of: number; index: number }
  page?: { url: string; title: string }
}

export interface NewActivity {
  id: string
  at: number
  /** `page`, or what `Sapa('track', …)` was called with. */
  name: string
  text: string
  url?: string
}

/** Of a sign-in on the shop's site. */
export type Proof =
  | { jwt: string }
  /** `hash`: hex HMAC-SHA256 of `userId:expires` (and of email and phone, see README) with the widget's key. */
  | { userId: string; expires: number; hash: string; email?: string; phone?: string; name?: string }

/**
 * A token that was good before a sign-in opens nothing after it: somebody else at that computer may have kept it.
 * The `former` one ends, unless it is this user's already; then it stays, and the fresh one is not taken (`isNew`).
 */
export type SignIn = Proof & { former?: string }

export interface Profile {
  name?: string
  email?: string
  phone?: string
  hasConsent?: boolean
  /** Facts that the page gives by `Sapa('update', …)`: shown to agents as claimed. */
  facts?: Record<string, string>
}

/** Events of the stream. `id:` of the stream is the seq of the newest message that was told. */
export type ChatEvent =
  | { type: 'message'; message: ChatMessage }
  | { type: 'read'; seq: number }
  | { type: 'mailed'; seqs: number[] }
  | { type: 'typing'; name: string; isTyping: boolean }
  | { type: 'state'; state: PanelState }
  | { type: 'ended' }

/** Between the frame (panel) and the page around it (loader), by postMessage with checked origin and source. */
export type FromPanel =
  | { sapa: 'ready' }
  | { sapa: 'unread'; count: number }
  | { sapa: 'close' }
  | { sapa: 'message'; text: string; name: string }
  | { sapa: 'token'; token: string | null }
  /** What waits to be sent, where a browser closes storage to frames: the page keeps it for the frame. */
  | { sapa: 'keep'; text: string | null }
  | { sapa: 'error'; code: string }

export type FromLoader =
  | {
      sapa: 'begin'
      token: string | null
      isOpen: boolean
      /** What was last told to keep. */
      kept: string | null
      page: { url: string; title: string }
    }
  | { sapa: 'open' }
  | { sapa: 'closed' }
  | { sapa: 'identify'; proof: Proof }
  | { sapa: 'update'; profile: Profile }
  | { sapa: 'track'; item: NewActivity }
  | { sapa: 'page'; page: { url: string; title: string } }
  | { sapa: 'shutdown' }
