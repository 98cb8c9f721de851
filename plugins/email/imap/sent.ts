import type { ImapFlow } from 'imapflow'

const usualNames = ['Sent', 'Sent Items', 'Sent Messages', 'INBOX.Sent', 'Terkirim']

const sentPaths = new WeakMap<ImapFlow, string | null>()

/** Path of the folder for sent mail: the one the server marks, else one with a usual name. Asked once per connection. */
async function sentFolder(client: ImapFlow): Promise<string | null> {
  const known = sentPaths.get(client)
  if (known !== undefined) return known
  const folders = await client.list()
  const marked = folders.find(({ specialUse }) => specialUse === '\\Sent')
  const path = (marked ?? folders.find(folder => usualNames.includes(folder.path)))?.path ?? null
  sentPaths.set(client, path)
  return path
}

/** Puts a copy of an outgoing mail where the owner's mail programs show it. */
export async function appendToSent(client: ImapFlow, raw: Buffer, at: Date): Promise<boolean> {
  const path = await sentFolder(client)
  if (!path) return false
  return Boolean(await client.append(path, raw, ['\\Seen'], at))
}

/** Is a mail with this Message-ID in Sent, or in Gmail's folder of everything? */
export async function isInSent(client: ImapFlow, messageId: string): Promise<boolean> {
  const all = (await client.list()).find(({ specialUse }) => specialUse === '\\All')?.path
  for (const path of [await sentFolder(client), all]) {
    if (!path) continue
    await client.mailboxOpen(path, { readOnly: true })
    const found = await client.search({ header: { 'Message-ID': messageId } }, { uid: true })
    if (found && found.length > 0) return true
  }
  return false
}
