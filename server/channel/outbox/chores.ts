import type { Filtering } from '../../conversation/reply/guard.ts'
import type { Db } from '../../db/schema.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { acknowledge, acknowledgeJob } from '../acknowledge.ts'

interface OutboundTools {
  db: Db
  clock: () => Date
  filtering?: Filtering
}

/** Background work of what goes out. Returns how to undo it. */
export function handleOutboundJobs(jobs: Jobs, tools: OutboundTools) {
  return jobs.handle(acknowledgeJob.owner, acknowledgeJob.name, async payload => {
    const { message } = payload as { message: number }
    await acknowledge(tools.db, message, tools.clock(), tools.filtering)
  })
}
