import type { Db } from '../db/schema.ts'
import type { Blob } from './store.ts'

/** Every file that the database knows, in order of hashes, a page at a time. */
export async function* listBlobs(db: Db): AsyncGenerator<Blob> {
  let after = ''
  for (;;) {
    const page = await db
      .selectFrom('blob')
      .select(['hash', 'size'])
      .where('hash', '>', after)
      .orderBy('hash')
      .limit(1000)
      .execute()
    yield* page
    const last = page.at(-1)
    if (!last) return
    after = last.hash
  }
}
