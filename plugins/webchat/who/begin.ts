import type { ChatTools } from '../tools.ts'

/** Jobs and events of identity and absence. */
export function beginWho(_tools: ChatTools): void {}
