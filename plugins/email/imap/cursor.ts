/** How far one folder has been read. */
export interface Position {
  uidValidity: string
  lastUid: number
  /** After the server renumbered the folder: only mails after `since` are looked at, up to this UID. */
  rescan?: { since: number; until: number }
}

export type Cursor = Record<string, Position>

export function readCursor(text: string | null): Cursor {
  return text ? (JSON.parse(text) as Cursor) : {}
}

export const writeCursor = (cursor: Cursor): string => JSON.stringify(cursor)
