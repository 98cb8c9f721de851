import { text } from 'node:stream/consumers'
import { Refusal } from './refusal.ts'

export interface PasswordOptions {
  password?: string
  passwordStdin?: boolean
}

/** From standard input, the option or SAPA_PASSWORD; undefined when none of them has it. */
export async function readPassword(options: PasswordOptions): Promise<string | undefined> {
  if (options.passwordStdin) return readStdin('the password')
  return options.password ?? (process.env.SAPA_PASSWORD || undefined)
}

/** One secret, without the line end that echo adds. */
export async function readStdin(what: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`Type ${what}, then Enter and Ctrl-D: `)
  const secret = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (secret === '') throw new Refusal(`Standard input had nothing for ${what}.`)
  return secret
}
