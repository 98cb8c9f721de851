/** Whether the disk had no room: nobody's fault but the disk's, and worth another try later. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code)
}

/** For what is nice to remember, but no reason to refuse a page that only reads. */
export async function unlessFull(writing: Promise<unknown>): Promise<void> {
  await writing.catch((error: unknown) => {
    if (!isDiskFull(error)) throw error
  })
}
