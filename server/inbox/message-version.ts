import { listVersions } from '../conversation/versions.ts'
import type { MessageHeaders } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'
import { piecesOf, type Piece } from './present/link.ts'
import { markedPiecesOf } from './present/marked.ts'

/** What a message said until `at`, with the looks that it had. */
export interface ShownVersion {
  pieces: Piece[]
  time: string
  at: string
}

const shownAtMost = 50

/** What the message said before, newest first. */
export async function showVersions(
  db: Db,
  messageId: number,
  words: Translator
): Promise<ShownVersion[]> {
  const versions = await listVersions(db, messageId)
  return versions
    .slice(-shownAtMost)
    .toReversed()
    .map(({ text, headers, replaced_at: at }) => ({
      pieces: wordsOf(text, JSON.parse(headers) as MessageHeaders),
      time: words.t('message.until', { time: words.dateTime(at) }),
      at: new Date(at).toISOString()
    }))
}

const wordsOf = (text: string, { isMarked }: MessageHeaders) =>
  isMarked ? markedPiecesOf(text) : piecesOf(text)
