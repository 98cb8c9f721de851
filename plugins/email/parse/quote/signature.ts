import { mobileSignatures } from './language.ts'

/** End of the text before a signature: before `--`, then before what a phone adds by itself. */
export function signatureStart(lines: string[], from: number, to: number): number {
  let end = to
  const mark = lines.findIndex((line, at) => at >= from && at < to && line === '--')
  if (mark > firstWritten(lines, from, to)) end = mark

  end = trimmedEnd(lines, from, end)
  while (end > from && isMobileSignature(lines[end - 1]!)) end = trimmedEnd(lines, from, end - 1)
  return end
}

/** Position after the last line that is not blank. */
export function trimmedEnd(lines: string[], from: number, to: number): number {
  let end = to
  while (end > from && lines[end - 1]!.trim() === '') end -= 1
  return end
}

function firstWritten(lines: string[], from: number, to: number): number {
  let at = from
  while (at < to && lines[at]!.trim() === '') at += 1
  return at
}

function isMobileSignature(line: string): boolean {
  if (line.length > 100) return false
  const words = line.trimStart().toLowerCase()
  return mobileSignatures.some(start => words.startsWith(start))
}
