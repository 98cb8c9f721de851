import { parentPort } from 'node:worker_threads'

/** One thread of the pool: loads the module that is asked for and calls one of its exports. */
export interface PoolCall {
  id: number
  moduleUrl: string
  exportName: string
  args: unknown[]
}

/** The module is there, and its work begins. */
export interface PoolStart {
  id: number
  isLoaded: true
}

export type PoolAnswer =
  | { id: number; isOk: true; value: unknown }
  | { id: number; isOk: false; name: string; message: string }

parentPort?.on('message', (call: PoolCall) => void reply(call))

async function reply(call: PoolCall): Promise<void> {
  const answer = await answerTo(call)
  try {
    parentPort?.postMessage(answer, answer.isOk ? buffersIn(answer.value) : [])
  } catch (error) {
    parentPort?.postMessage(refusal(call.id, error))
  }
}

async function answerTo(call: PoolCall): Promise<PoolAnswer> {
  try {
    const module = (await import(call.moduleUrl)) as Record<string, unknown>
    const work = module[call.exportName]
    if (typeof work !== 'function') throw new Error(`${call.exportName} is not exported`)
    parentPort?.postMessage({ id: call.id, isLoaded: true } satisfies PoolStart)
    return { id: call.id, isOk: true, value: await work(...call.args) }
  } catch (error) {
    return refusal(call.id, error)
  }
}

function refusal(id: number, error: unknown): PoolAnswer {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return { id, isOk: false, name, message }
}

/** Whole buffers of the answer are handed over instead of copied; slices of Node's shared slab are not. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof Uint8Array) {
    const isWhole = value.byteOffset === 0 && value.byteLength === value.buffer.byteLength
    if (isWhole && value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersIn(part, found)
  }
  return [...found]
}
