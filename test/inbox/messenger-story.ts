import { png, wav, type MessengerWorld } from './messenger.ts'

/** A conversation that has everything messengers send. */
export async function furnish(world: MessengerWorld): Promise<void> {
  const { says, answers, file, change, reacts, db, ids } = world
  const first = await says(
    'Pagi, mesin cuci yang saya beli minggu lalu bunyinya kasar waktu spin',
    {
      headers: { context: { forwarded: 'many' } }
    }
  )
  await file(first, {
    ...{ kind: 'video', mime: 'video/mp4' },
    filename: 'spin.mp4',
    bytes: wav(1)
  })
  const asked = await answers('Mohon maaf ya, Bu. Boleh kirim nomor seri dan notanya?')
  await reacts(asked, '🙏')
  const reply = await says('Ini notanya kak')
  await db.updateTable('message').set({ quoted_id: asked }).where('id', '=', reply).execute()
  for (const [red, green] of [
    [190, 90],
    [90, 140],
    [60, 80]
  ] as const) {
    await file(reply, { bytes: png(red, green, 110), filename: `nota-${red}.png` })
  }
  const at = world.clock.now.getTime()
  const ours = { actor_kind: 'agent' as const, actor_id: ids.agent, emoji: '👍', at }
  await db
    .insertInto('reaction')
    .values({ message_id: reply, ...ours })
    .execute()
  await reacts(reply, '❤️')
  const voice = await says('')
  await file(voice, { kind: 'voice', mime: 'audio/wav', filename: 'suara.wav', bytes: wav(3) })
  const sticker = await says('')
  await file(sticker, { kind: 'sticker', bytes: png(240, 180, 60, 64), filename: 'stiker.png' })
  await says('', {
    headers: {
      cards: [
        {
          ...{ kind: 'place', latitude: -6.914744, longitude: 107.60981 },
          ...{ name: 'Rumah Ratna', address: 'Jl. Terusan Jakarta 12, Antapani, Bandung' }
        }
      ]
    }
  })
  await says('Ini teknisi yang dulu', {
    headers: {
      member: 'Budi Santoso',
      quote: 'Siapa teknisinya?',
      cards: [
        {
          ...{ kind: 'contact', name: 'Hendra Wijaya', organisation: 'Servis Antapani' },
          ...{ phones: ['+62 811 2223 334'], emails: ['hendra@servis.example'] }
        }
      ]
    }
  })
  const price = { currency: 'IDR' }
  await says('', {
    headers: {
      cards: [
        {
          kind: 'order',
          items: [
            { name: 'Filter serat mesin cuci', quantity: 2, price: 75_000, ...price },
            { name: 'Selang pembuangan 2 m', quantity: 1, price: 40_000, ...price }
          ],
          note: 'tolong dibungkus'
        }
      ]
    }
  })
  await says('Saya lihat iklan ini', {
    headers: {
      cards: [
        {
          ...{ kind: 'link', title: 'Gratis servis pertama', text: 'Hanya bulan ini' },
          url: 'https://toko.example/promo'
        }
      ]
    }
  })
  const edited = await says('Jam 9 ya')
  await change(edited, { text: 'Jam 10 ya' })
  const gone = await says('Salah kirim')
  await change(gone, { deleted_at: at })
  await says('', { headers: { unsupported: 'poll_creation' } })
  await says('Ya, lanjut', { headers: { choice: 'lanjut' } })
  await answers('Halo Ibu Ratna, kami ingin melanjutkan laporan #4821. Boleh balas pesan ini?', {
    headers: {
      template: { name: 'lanjut_laporan', language: 'id', values: {} },
      choices: [
        { id: '1', title: 'Ya, lanjut' },
        { id: '2', title: 'Nanti saja', hint: 'Kami ingatkan besok' }
      ]
    }
  })
  const files = await says('Berkasnya')
  await file(files, {
    kind: 'file',
    mime: 'application/pdf',
    filename: 'Nota-INV-22871.pdf',
    bytes: wav(1)
  })
  await file(files, {
    ...{ kind: 'file', mime: 'application/pdf', filename: 'manual.pdf' },
    state: 'pending',
    ref: 'a'
  })
  await file(files, {
    ...{ kind: 'file', mime: 'video/mp4', filename: 'panjang.mp4' },
    state: 'failed',
    ref: 'b'
  })
  await answers('Baik, kami cek dulu ya.', { agentId: null, headers: { isFromOutside: true } })
  const failed = await answers('Teknisi datang pukul 10.', { status: 'failed' })
  await db
    .updateTable('message')
    .set({ status_reason: '131026 Message undeliverable' })
    .where('id', '=', failed)
    .execute()
}
