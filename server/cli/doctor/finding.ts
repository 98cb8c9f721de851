export interface Finding {
  /** Which part was looked at. */
  part: string
  level: 'ok' | 'warning' | 'problem'
  text: string
}

export const fine = (part: string, text: string): Finding => ({ part, level: 'ok', text })
export const warning = (part: string, text: string): Finding => ({ part, level: 'warning', text })
export const problem = (part: string, text: string): Finding => ({ part, level: 'problem', text })

/** "1 file", "3 files". */
export const count = (amount: number, one: string, many = `${one}s`) =>
  `${amount} ${amount === 1 ? one : many}`

export const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
