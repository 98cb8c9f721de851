import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'

interface Visit {
  name: string
  page: { url: string; title: string }
  says: string[]
  /** When somebody has answered, once for each answer. */
  replies: string[]
}

interface Heard {
  messages: { seq: number; from: 'visitor' | 'agent' | 'auto' }[]
}

const site = 'https://sinarelektronik.example'

const visits: Visit[] = [
  {
    name: 'Rina Kartikasari',
    page: { url: `${site}/mesin-cuci-8-kg`, title: 'Mesin cuci 8 kg' },
    says: [
      'Halo, mesin cuci 8 kg yang di halaman ini masih ada?',
      'Rumah saya di Cimahi, kira-kira bisa diantar hari Sabtu?'
    ],
    replies: ['Siap, saya pesan satu ya. Bayarnya bisa di tempat?', 'Baik, terima kasih banyak 🙏']
  },
  {
    name: 'Hendri Gunawan',
    page: { url: `${site}/garansi`, title: 'Garansi dan servis' },
    says: ['Siang kak. AC saya baru dua bulan tapi sudah tidak dingin. Ini masuk garansi?'],
    replies: [
      'Nomor fakturnya SE-24339, atas nama saya sendiri.',
      'Oke, saya tunggu teknisinya. Terima kasih.'
    ]
  }
]

/** Visitors of the shop's site write where every browser does, and answer who answers them. */
export async function visitSite(db: Db, url: string, signal: AbortSignal): Promise<void> {
  const found = await sql<{ key: string }>`select key from webchat_widget limit 1`.execute(db)
  const key = found.rows[0]?.key
  if (key) await Promise.all(visits.map(visit => play(`${url}/chat/${key}`, visit, signal)))
}

async function play(chat: string, visit: Visit, signal: AbortSignal): Promise<void> {
  const token = randomBytes(32).toString('base64url')
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${chat}/${path}`, {
      ...{ method, signal, body: body ? JSON.stringify(body) : null },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    })
    if (answer.status === 503) {
      // The line of the account is still being opened.
      await pause(500, null, { signal })
      return ask(method, path, body)
    }
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return answer.status === 204 ? null : answer.json()
  }
  const say = (text: string) => {
    const { page } = visit
    return ask('POST', 'messages', { clientId: randomUUID(), text, files: [], page })
  }

  await ask('PUT', 'profile', { name: visit.name })
  for (const text of visit.says) await say(text)
  let read = 0
  for (const text of visit.replies) {
    read = await nextAnswer(ask, read, signal)
    await ask('PUT', 'reading', { delivered: read, read })
    await pause(4000, null, { signal })
    await ask('POST', 'typing', { isTyping: true })
    await pause(4000, null, { signal })
    await say(text)
  }
}

/** The number of the next answer that somebody gives. */
async function nextAnswer(
  ask: (method: string, path: string) => Promise<unknown>,
  after: number,
  signal: AbortSignal
): Promise<number> {
  for (;;) {
    const { messages } = (await ask('GET', `messages?after=${after}`)) as Heard
    const answer = messages.findLast(({ from }) => from === 'agent')
    if (answer) return answer.seq
    await pause(3000, null, { signal })
  }
}
