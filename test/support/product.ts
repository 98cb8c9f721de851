import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import type { Test } from 'tap'
import { createApiToken } from '../../server/agent/api-token.ts'
import { createOwner } from '../../server/agent/create-owner.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { openDb } from '../../server/db/open.ts'
import { saveSettings } from '../../server/setting/save.ts'
import { layPrepared } from './prepared.ts'
import { startServer, type ServerProcess } from './process.ts'
import { temporaryFolder } from './temporary.ts'

export const owner = { email: 'bagas@sinar.example', password: 'sebuah kalimat yang panjang' }

export interface Product {
  server: ServerProcess
  /** The API of programs, again and again until Sapa is there; `once` makes a repeat harmless. */
  insist(what: string, body?: object, once?: string): Promise<Record<string, unknown>>
  /** Rows of the product's own database, read beside the running server. */
  rows<Row>(sql: string): Row[]
}

/** The built product as a process that a test may kill, with an owner whose answers leave at once. */
export async function startProduct(t: Test): Promise<Product> {
  const dataDir = temporaryFolder(t)
  const token = await furnish(dataDir)
  // It is killed more often than a sound machine would do.
  const env = { SAPA_BOOT_GUARD: 'off', ALLOW_PRIVATE_HOSTS: '127.0.0.1' }
  const server = await startServer(t, { dataDir, env })

  const insist: Product['insist'] = async (what, body, once = randomUUID()) => {
    const [method = '', path = ''] = what.split(' ')
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': once }
    const json = body && { 'content-type': 'application/json' }
    for (;;) {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        ...{ method, headers: { ...headers, ...json } },
        ...(body && { body: JSON.stringify(body) })
      }).catch(() => null)
      const text = await response?.text().catch(() => null)
      if (response?.ok && typeof text === 'string') return text ? JSON.parse(text) : {}
      const isOver = response && ![409, 429, 500, 502, 503].includes(response.status)
      if (isOver && !response.ok) throw new Error(`${what}: ${response.status} ${text}`)
      await pause(30)
    }
  }

  return { server, insist, rows: sql => readRows(dataDir, sql) }
}

export function readRows<Row>(dataDir: string, sql: string): Row[] {
  const db = new SQLite(join(dataDir, 'sapa.db'), { readonly: true })
  try {
    return db.prepare(sql).all() as Row[]
  } finally {
    db.close()
  }
}

/** The cookie of the owner's new session. */
export async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(owner) },
    headers: { 'sec-fetch-site': 'same-origin' }
  })
  const cookie = response.headers.getSetCookie().find(one => one.startsWith('sapa_session='))
  if (!cookie) throw new Error(`sign-in answered ${response.status}`)
  return cookie.split(';')[0] ?? ''
}

/** An owner with a program's token, as the command line leaves them. */
async function furnish(dataDir: string): Promise<string> {
  await layPrepared(dataDir)
  const db = openDb(databaseFile(dataDir))
  const now = new Date()
  await saveSettings(db, { businessName: 'Toko Sinar', locale: 'id' }, now)
  const { id } = await createOwner(db, { ...owner, name: 'Bagas Prakoso', locale: 'id' }, now)
  await db.updateTable('agent').set({ undo_seconds: 0 }).where('id', '=', id).execute()
  const { token } = await createApiToken(db, { agentId: id, name: 'Toko daring' }, now)
  await db.destroy()
  return token
}
