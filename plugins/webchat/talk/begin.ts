import type { ChatTools } from '../tools.ts'

/** Jobs of the talk itself. */
export function beginTalk(_tools: ChatTools): void {}
