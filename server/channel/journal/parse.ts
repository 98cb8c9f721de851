import type { BlobStore } from '../../blob/store.ts'
import { PoolError, type WorkerPool } from '../../jobs/pool.ts'
import { within } from '../../jobs/within.ts'
import type { AccountFacts, RawItem } from '../../plugin-api/account.ts'
import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { InboundEvent } from '../../plugin-api/event.ts'
import { checkEvents } from '../event/check.ts'
import type { JournalItem } from '../table.ts'

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
