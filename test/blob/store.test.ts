import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { recordBlob } from '../../server/blob/record.ts'
import { BlobStore } from '../../server/blob/store.ts'
import { sweepBlobs } from '../../server/blob/sweep.ts'
import { openShop, mailOf } from '../channel/shop.ts'
import { temporaryFolder } from '../support/temporary.ts'

const dayMs = 24 * 60 * 60_000

t.test('a file is named by its content and stored once', async t => {
  const blobs = new BlobStore(join(temporaryFolder(t), 'blobs'))
  const content = Buffer.from('Faktur')
  async function* pieces() {
    yield content.subarray(0, 3)
    yield content.subarray(3)
  }

  const first = await blobs.put(content)
  const same = await Promise.all(Array.from({ length: 8 }, () => blobs.put(pieces())))

  t.same(first, { hash: createHash('sha256').update(content).digest('hex'), size: 6 })
  for (const blob of same) t.same(blob, first)
  t.ok(
    blobs
      .path(first.hash)
      .endsWith(`${first.hash.slice(0, 2)}/${first.hash.slice(2, 4)}/${first.hash}`)
  )
  t.same(await blobs.bytes(first.hash), content)
  t.same(readdirSync(join(blobs.folder, 'drafts')), [])
})

t.test('a stream that is too long or breaks leaves nothing', async t => {
  const blobs = new BlobStore(join(temporaryFolder(t), 'blobs'))
  async function* broken() {
    yield Buffer.from('setengah')
    throw new Error('Sambungan putus')
  }

  await t.rejects(blobs.put(Buffer.alloc(11), { maxBytes: 10 }), { code: 'too_large', status: 413 })
  await t.rejects(blobs.put(broken()), { message: 'Sambungan putus' })

  t.same(readdirSync(blobs.folder), ['drafts'])
  t.same(readdirSync(join(blobs.folder, 'drafts')), [])
})

t.test('putting the same bytes again mends a damaged file', async t => {
  const blobs = new BlobStore(join(temporaryFolder(t), 'blobs'))
  const { hash } = await blobs.put(Buffer.from('Faktur'))
  writeFileSync(blobs.path(hash), 'Fakt')

  await blobs.put(Buffer.from('Faktur'))

  t.equal(readFileSync(blobs.path(hash), 'utf8'), 'Faktur')
})

t.test('only a hash is a name', async t => {
  const blobs = new BlobStore(join(temporaryFolder(t), 'blobs'))

  for (const name of ['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(63)}/`]) {
    t.throws(() => blobs.path(name))
  }
})

t.test('the sweep takes what nothing names, and only when it is old', async t => {
  const shop = await openShop(t)
  const file = { mime: 'text/plain', kind: 'file' as const, size: 5 }
  const used = { ...file, content: 'dipakai' as unknown as Uint8Array }
  await shop.deliver(shop.mail, [mailOf({ attachments: [used] })])
  const { blob_hash } = await shop.db.selectFrom('attachment').selectAll().executeTakeFirstOrThrow()
  const old = new Date(shop.clock.now.getTime() - 3 * dayMs)
  const orphan = await shop.blobs.put(Buffer.from('tidak dipakai'))
  await recordBlob(shop.db, orphan, old)
  const rowless = await shop.blobs.put(Buffer.from('tanpa baris'))
  const fresh = await shop.blobs.put(Buffer.from('baru saja'))
  const draft = join(shop.blobs.folder, 'drafts', 'sisa')
  writeFileSync(draft, 'x')
  for (const hash of [orphan.hash, rowless.hash, blob_hash ?? '']) {
    utimesSync(shop.blobs.path(hash), old, old)
  }
  utimesSync(draft, old, old)

  // The store that has just put them keeps them: their rows may still be on the way.
  t.equal(await sweepBlobs(shop.db, shop.blobs, shop.clock.now), 1)
  const nextProcess = new BlobStore(shop.blobs.folder)
  t.equal(await sweepBlobs(shop.db, nextProcess, shop.clock.now), 2)

  await t.rejects(shop.blobs.bytes(orphan.hash))
  await t.rejects(shop.blobs.bytes(rowless.hash))
  t.equal((await shop.blobs.bytes(blob_hash ?? '')).toString(), 'dipakai')
  t.equal((await shop.blobs.bytes(fresh.hash)).toString(), 'baru saja')
})
