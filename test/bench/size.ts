/** How much a shop has gathered. */
export interface Size {
  name: string
  customers: number
  conversations: number
  messages: number
}

export const usual: Size = {
  name: 'usual',
  customers: 10_000,
  conversations: 50_000,
  messages: 250_000
}

export const large: Size = {
  name: 'large',
  customers: 200_000,
  conversations: 1_000_000,
  messages: 5_000_000
}

/** The conversation with the long thread. */
export const longThread = { id: 1, messages: 2000 }
export const agents = 120
