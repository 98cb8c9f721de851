import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import type { Test } from 'tap'
import { sapa } from '../../../test/support/command.ts'
import { startServer, type ServerProcess } from '../../../test/support/process.ts'
import { temporaryFolder } from '../../../test/support/temporary.ts'
import { startProvider, type Provider } from '../provider/start.ts'
import type { Phone } from '../provider/world.ts'
import { formOf } from './world.ts'

const owner = { email: 'sari@sinar.example', password: 'kalimat panjang yang mudah diingat' }

export interface Shop {
  server: ServerProcess
  meta: Provider
  phone: Phone
  /** Where Meta calls. */
  url: string
  /** Asked again and again until Sapa is there; `once` makes a repeat harmless. */
  insist(what: string, body: object | null, once: string): Promise<Record<string, unknown>>
  rows<Row>(sql: string): Row[]
}

/** The built product as a process of its own, with one number. */
export async function openShop(t: Test): Promise<Shop> {
  const meta = await startProvider()
  t.teardown(() => meta.stop())
  const [phone] = meta.world.phones as [Phone]
  const dataDir = temporaryFolder(t)
  const run = async (...words: string[]) => {
    const { code, out, err } = await sapa(dataDir, words, {
      env: { SAPA_PASSWORD: owner.password }
    })
    if (code !== 0) throw new Error(`${words.join(' ')}: ${out}${err}`)
    return out.trim()
  }
  await run('setup', '--email', owner.email, '--business', 'Toko Sinar', '--locale', 'id')
  const token = await run('token', 'create', '--agent', owner.email)
  // It is killed here more often than a sound machine would do.
  const env = { SAPA_BOOT_GUARD: 'off', ALLOW_PRIVATE_HOSTS: '127.0.0.1' }
  const server = await startServer(t, { dataDir, env })

  const insist: Shop['insist'] = async (what, body, once) => {
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
      if (isOver) throw new Error(`${what}: ${response.status} ${text}`)
      await pause(30)
    }
  }

  function rows<Row>(sql: string): Row[] {
    const db = new SQLite(join(dataDir, 'sapa.db'), { readonly: true })
    try {
      return db.prepare(sql).all() as Row[]
    } finally {
      db.close()
    }
  }

  await hurry(server.url)
  await insist('PUT /plugins/whatsapp/activation', null, 'aktif')
  const settings = formOf(meta.world, phone, meta.url)
  const form = { type: 'whatsapp', name: 'Toko', settings }
  const { id } = await insist('POST /accounts', form, 'akun')
  const [account] = rows<{ secret: string }>(
    `select webhook_secret as secret from account where id = ${Number(id)}`
  )
  const url = `${server.url}/hooks/whatsapp/${Number(id)}/${account?.secret}`
  return { server, meta, phone, url, insist, rows }
}

/** The owner's answers leave at once. */
async function hurry(url: string): Promise<void> {
  const post = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(url + path, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
      headers: { 'sec-fetch-site': 'same-origin', cookie }
    })
  const signedIn = await post('/sign-in', owner)
  const [cookie = ''] = signedIn.headers.getSetCookie().map(one => one.split(';')[0])
  const profile = {
    ...{ name: 'Sari', locale: 'id', timeZone: 'Asia/Jakarta' },
    ...{ theme: 'system', density: 'comfortable', undoSeconds: '0' }
  }
  const saved = await post('/me/profile', profile, cookie)
  if (saved.status >= 400) throw new Error(`the profile: ${saved.status}`)
}
