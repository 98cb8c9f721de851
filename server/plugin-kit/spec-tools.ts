import type { Failure, Switches } from './spec.ts'

/** What the kit gives to `start`, so that a spec needs no import. */
export interface KitTools {
  http(
    answer: (request: HttpRequest) => HttpReply | Promise<HttpReply>,
    options?: HttpOptions
  ): Promise<HttpServer>
  /** Stands between the channel and a server of another protocol. */
  tcp(to: { port: number }): Promise<TcpGate>
  /** Asks the running Sapa, as a program from outside does, or as an owner who is signed in. Rejects while it is down. */
  request(request: KitRequest): Promise<KitAnswer>
  /** Hex digest of a keyed hash, for signatures. */
  hmac(algorithm: string, key: string, text: string): string
}

export interface KitRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, such as `/p/warung/orders?after=7`. */
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Signed in, and from a page of Sapa's own. */
  isOwner?: boolean
}

export interface KitAnswer {
  status: number
  headers: Record<string, string>
  bytes: Uint8Array
  text: string
  /** The body as JSON, else null. */
  json: Record<string, unknown> | null
}

export interface HttpOptions {
  /** The origin that the channel really calls, such as `https://api.example.com`. */
  as?: string
  /** Which requests send a message; default: all but GET. Only these get `failures`. */
  isSend?(request: HttpRequest): boolean
  /** Other right kinds for a failure by its name, where the provider's words differ. */
  kinds?: Record<string, Failure['kinds']>
}

export interface HttpRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  /** The body as text; of a long one only the beginning. */
  text: string
  /** Bytes of the whole body. */
  size: number
  /** The body as JSON, else null. */
  json: Record<string, unknown> | null
}

export interface HttpReply {
  status?: number
  json?: unknown
  body?: string | Uint8Array
  headers?: Record<string, string>
}

export interface HttpServer extends Switches {
  /** Where the channel calls: the form's address. */
  url: string
  stop(): Promise<void>
}

export interface TcpGate extends Omit<Switches, 'failures' | 'hold'> {
  port: number
  /** Ends all connections at once. */
  cut(): void
  stop(): Promise<void>
}
