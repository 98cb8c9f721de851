import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import type { BlobStore } from '../../blob/store.ts'
import type { SafeHtml } from '../../conversation/html/sanitise.ts'
import { PoolError, type WorkerPool } from '../../jobs/pool.ts'
import { codeFile } from '../../paths.ts'
import type { InboundAttachment, InboundEvent, InboundMessage } from '../../plugin-api/event.ts'
import { cleanFilename } from './filename.ts'
import type { ReadyEvent, ReadyFile } from './inbound.ts'

export interface PrepareTools {
  blobs: BlobStore
  workers?: WorkerPool | undefined
}

const maxFiles = 200

/** What takes time and must not happen inside the transaction: files to the disk, HTML made harmless. */
export async function prepare(tools: PrepareTools, event: InboundEvent): Promise<ReadyEvent> {
  if (event.type === 'delivery') return { type: 'delivery', receipt: event }
  if (event.type === 'activity') return { type: 'activity', activity: event }
  if (event.type === 'identity') return { type: 'identity', change: event }
  if (event.type === 'unsupported') return { type: 'unsupported', unsupported: event }

  if (event.type !== 'message') return { type: 'change', event }

  const attachments = (event.attachments ?? []).slice(0, maxFiles)
  const files = await Promise.all(attachments.map(file => keepFile(tools.blobs, file)))
  const inline = new Map(
    files.flatMap(file => (file.inlineId === null ? [] : [[file.inlineId, file.token] as const]))
  )
  const html = await makeSafe(tools, event.html, inline)
  const full = await makeSafe(tools, event.fullHtml, inline)
  const forwarded = await makeSafe(tools, event.forwarded?.html, inline)
  return {
    type: 'message',
    message: {
      event: withoutBulk(event),
      files,
      ...(html?.html ? { html: html.html } : {}),
      ...(full?.html ? { fullHtml: full.html } : {}),
      ...(forwarded?.html ? { forwardedHtml: forwarded.html } : {}),
      hasRemoteImages: [html, full, forwarded].some(part => part?.hasRemoteImages)
    }
  }
}

async function keepFile(blobs: BlobStore, attachment: InboundAttachment): Promise<ReadyFile> {
  const blob = attachment.content ? await blobs.put(attachment.content) : null
  return {
    token: randomBytes(20).toString('hex'),
    blob,
    ref: blob ? null : (attachment.ref ?? null),
    filename: cleanFilename(attachment.filename),
    mime: cleanMime(attachment.mime),
    size: blob?.size ?? attachment.size,
    kind: attachment.kind,
    inlineId: attachment.inlineId?.replace(/^<|>$/g, '') ?? null,
    isHidden: attachment.isHidden ?? false
  }
}

function cleanMime(mime: string): string {
  const lower = mime.trim().toLowerCase()
  const isMime = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,80}$/.test(lower)
  return isMime ? lower : 'application/octet-stream'
}

/** In a thread where there is one: a large mail must not hold up every page. */
async function makeSafe(
  { workers }: PrepareTools,
  html: string | undefined,
  inline: ReadonlyMap<string, string>
): Promise<SafeHtml | null> {
  if (!html) return null
  if (!workers) return (await import('../../conversation/html/sanitise.ts')).sanitise(html, inline)
  const module = pathToFileURL(codeFile('server/conversation/html/sanitise')).href
  const limits = { timeoutMs: 20_000, maxHeapMb: 512 }
  try {
    return await workers.run<SafeHtml>(module, 'sanitise', [html, inline], limits)
  } catch (error) {
    // Markup that nobody can make sense of is left out: the text is there, and the raw item.
    if (error instanceof PoolError && error.code !== 'stopped') return null
    throw error
  }
}

function withoutBulk(event: InboundMessage): InboundMessage {
  const { html: _html, fullHtml: _fullHtml, attachments: _attachments, ...rest } = event
  return rest
}
