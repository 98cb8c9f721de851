import { sweepBlobs } from '../blob/sweep.ts'
import { pruneInviteCodes } from '../conversation/chat/invite-code.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { getSetting } from '../setting/get.ts'
import { importJob, runImport, type ImportTools } from './import.ts'
import { pruneJournal } from './journal/prune.ts'
import { fetchMedia, type MediaRequest } from './media/fetch.ts'
import { mediaJob } from './media/request.ts'
import { dropParkedChanges } from './receive/park.ts'
import { dropParked } from './receipt/receive.ts'

/** Background work of everything that comes in. Returns how to undo it. */
export function handleInboundJobs(jobs: Jobs, tools: ImportTools): () => Promise<void> {
  const { db, blobs, clock } = tools
  const disposers = [
    jobs.handle(mediaJob.owner, mediaJob.name, (payload, signal) =>
      fetchMedia(tools, payload as MediaRequest, signal)
    ),
    jobs.handle(importJob.owner, importJob.name, (payload, signal) =>
      runImport(tools, payload as { accountId: number }, signal)
    ),
    jobs.handle('core', 'prune-journal', async () => {
      await pruneJournal(db, await getSetting(db, 'journalDays'), clock())
      await pruneInviteCodes(db, clock())
    }),
    jobs.handle('core', 'sweep-blobs', async () => void (await sweepBlobs(db, blobs, clock()))),
    jobs.handle('core', 'drop-parked', async () => {
      await dropParked(db, clock())
      await dropParkedChanges(db, clock())
    }),
    jobs.every('core', 'prune-journal', '23 2 * * *'),
    jobs.every('core', 'sweep-blobs', '43 2 * * *'),
    jobs.every('core', 'drop-parked', '*/10 * * * *')
  ]
  return async () => {
    for (const dispose of disposers.toReversed()) await dispose()
  }
}
