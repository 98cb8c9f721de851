import { createPool, PoolError, type PoolLimits } from './pool.ts'

/** The process behind `outside.ts`: one thread with limits, and gone with its parent. */
export interface OutsideCall {
  id: number
  moduleUrl: string
  exportName: string
  args: unknown[]
  limits: PoolLimits
}

export type OutsideAnswer =
  | { id: number; isOk: true; value: unknown }
  | { id: number; isOk: false; name: string; message: string; code: PoolError['code'] | null }

const pool = createPool({ size: 1, idleMs: 60_000 })
process.on('message', (call: OutsideCall) => void reply(call))
process.on('disconnect', () => process.exit())

async function reply({ id, moduleUrl, exportName, args, limits }: OutsideCall): Promise<void> {
  process.send?.(
    await pool.run(moduleUrl, exportName, args, limits).then(
      (value): OutsideAnswer => ({ id, isOk: true, value }),
      (error: unknown) => refusal(id, error)
    )
  )
}

function refusal(id: number, error: unknown): OutsideAnswer {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return { id, isOk: false, name, message, code: error instanceof PoolError ? error.code : null }
}
