import type SQLite from 'better-sqlite3'
import { mailLike } from '../support/scripted-channel.ts'
import { Chance } from './chance.ts'
import { agents, type Size } from './size.ts'

export const start = Date.parse('2026-11-20T03:00:00Z')
export const accounts = ['Toko Cahaya', 'Servis', 'Grosir']
const teams = ['Penjualan', 'Servis', 'Gudang', 'Keuangan']
const tags = ['retur', 'garansi', 'faktur', 'stok', 'ongkir', 'komplain', 'grosir', 'warna', 'vip']
const given = ['Ratna', 'Budi', 'Siti', 'Agus', 'Dewi', 'Joko', 'Rina', 'Hendra', 'Maya', 'Putu']
const family = ['Lestari', 'Santoso', 'Wijaya', 'Hartono', 'Anggraini', 'Saputra', 'Simanjuntak']

/** Those who answer, the accounts they answer by, and those who write. */
export function fillPeople(sqlite: SQLite.Database, { customers }: Size): void {
  const chance = new Chance(7)
  fillAgents(sqlite)
  const account = sqlite.prepare(
    `insert into account (type, name, address, external_id, capabilities, webhook_secret, state, state_since, created_at)
     values ('kios', ?, ?, ?, ?, ?, 'connected', ${start}, ${start})`
  )
  for (const name of accounts) {
    const address = `${name.toLowerCase().replace(' ', '-')}@toko-cahaya.example`
    account.run(name, address, address, JSON.stringify(mailLike), `secret-${address}`)
  }
  const tag = sqlite.prepare('insert into tag (name) values (?)')
  for (const name of tags) tag.run(name)

  const customer = sqlite.prepare(
    'insert into customer (name, is_vip, created_at, last_seen_at) values (?, ?, ?, ?)'
  )
  const identity = sqlite.prepare(
    `insert into identity (customer_id, kind, value, name, channel, verified_at, created_at)
     values (?, 'email', ?, ?, 'kios', ?, ?)`
  )
  for (let id = 1; id <= customers; id++) {
    const name = `${chance.pick(given)} ${chance.pick(family)}`
    const at = start - chance.below(400 * 86_400_000)
    customer.run(name, chance.isIn(0.03) ? 1 : 0, at, at)
    identity.run(id, `pelanggan${id}@surat.example`, name, at, at)
  }
}

function fillAgents(sqlite: SQLite.Database): void {
  const agent = sqlite.prepare(
    `insert into agent (email, name, role, created_at, last_seen_at) values (?, ?, ?, ${start}, ${start})`
  )
  for (let id = 1; id <= agents; id++) {
    const name = `${given[id % given.length]} ${family[id % family.length]}`
    agent.run(`agen${id}@toko-cahaya.example`, name, id === 1 ? 'owner' : 'agent')
  }
  const team = sqlite.prepare(`insert into team (name, created_at) values (?, ${start})`)
  for (const name of teams) team.run(name)
  const member = sqlite.prepare('insert into team_member (team_id, agent_id) values (?, ?)')
  for (let id = 1; id <= agents; id++) member.run((id % teams.length) + 1, id)
}
