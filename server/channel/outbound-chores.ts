import type { Db } from '../db/schema.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { acknowledge, acknowledgeJob } from './acknowledge.ts'

/** Background work of what goes out. Returns how to undo it. */
export function handleOutboundJobs(jobs: Jobs, tools: { db: Db; clock: () => Date }) {
  return jobs.handle(acknowledgeJob.owner, acknowledgeJob.name, async payload => {
    const { message } = payload as { message: number }
    await acknowledge(tools.db, message, tools.clock())
  })
}
