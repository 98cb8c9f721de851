import type { ChannelFailure, SapaContext } from 'sapa/plugin-api'

/** `sapa.failure`: every error that leaves the plugin has one of core's kinds. */
export type Fail = SapaContext['failure']

export function isFailure(error: unknown): error is ChannelFailure {
  return error instanceof Error && 'failure' in error
}

/** A server's answer as one short line, fit for a page and a log. */
export function shortly(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
