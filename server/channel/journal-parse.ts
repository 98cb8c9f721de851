import type { BlobStore } from '../blob/store.ts'
import { PoolError, type WorkerPool } from '../jobs/pool.ts'
import { within } from '../jobs/within.ts'
import type { AccountFacts, RawItem } from '../plugin-api/account.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { InboundEvent } from '../plugin-api/event.ts'
import type { JournalItem } from './table.ts'

export interface ParseTools {
  blobs: BlobStore
  workers?: WorkerPool | undefined
  /** How long the channel may read one item. */
  parseMs: number
}

/** The item did not fail to be understood: it ended the thread that read it, or never came to an end. */
export class ReaderKilled extends Error {}

/** Asks the channel what the item says: in a thread with limits where the channel allows it. */
export async function parseItem(
  tools: ParseTools,
  definition: ChannelDefinition,
  item: JournalItem,
  facts: AccountFacts
): Promise<InboundEvent[]> {
  const raw = await rawOf(tools.blobs, item)
  if (!definition.parseModule || !tools.workers) {
    return checkEvents(await inProcess(definition, raw, facts, tools.parseMs))
  }
  const limits = { timeoutMs: tools.parseMs, maxHeapMb: 512 }
  try {
    const args = [raw, facts]
    return checkEvents(await tools.workers.run(definition.parseModule, 'parse', args, limits))
  } catch (error) {
    if (!(error instanceof PoolError) || error.code === 'stopped') throw error
    throw new ReaderKilled(`journal.error.${error.code}`)
  }
}

async function rawOf(blobs: BlobStore, item: JournalItem): Promise<RawItem> {
  const body = item.body_blob === null ? item.body : await blobs.bytes(item.body_blob)
  if (!body) throw new Error('journal.error.pruned')
  return {
    key: item.key,
    headers: JSON.parse(item.headers) as Record<string, string>,
    body: new Uint8Array(body)
  }
}

async function inProcess(
  definition: ChannelDefinition,
  raw: RawItem,
  facts: AccountFacts,
  parseMs: number
): Promise<unknown> {
  const reading = Promise.resolve(definition.parse(raw, facts))
  if (!(await within(reading, parseMs))) throw new ReaderKilled('journal.error.timeout')
  return reading
}

/** A channel may be buggy; what is not an event must not get into the timeline. */
function checkEvents(value: unknown): InboundEvent[] {
  if (!Array.isArray(value) || !value.every(isEvent)) throw new Error('journal.error.no_events')
  return value
}

function isEvent(value: unknown): value is InboundEvent {
  if (typeof value !== 'object' || value === null) return false
  const event = value as Record<string, unknown>
  if (typeof event['key'] !== 'string' || typeof event['at'] !== 'number') return false
  if (event['type'] === 'delivery') {
    return typeof event['ref'] === 'object' && typeof event['status'] === 'string'
  }
  if (event['type'] === 'activity') {
    return typeof event['name'] === 'string' && typeof event['text'] === 'string'
  }
  if (event['type'] === 'identity') {
    return isIdentity(event['from']) && isListOf(event['identities'], isIdentity)
  }
  if (typeof event['remoteId'] !== 'string' || event['remoteId'] === '') return false
  if (!Array.isArray(event['from'])) return false
  if (event['type'] === 'unsupported') return typeof event['what'] === 'string'
  return event['type'] === 'message' && typeof event['text'] === 'string'
}

function isIdentity(value: unknown): boolean {
  const { kind, value: address } = Object(value) as Record<string, unknown>
  return typeof kind === 'string' && typeof address === 'string'
}

const isListOf = (value: unknown, is: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(is)
