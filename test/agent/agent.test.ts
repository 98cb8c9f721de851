import t from 'tap'
import {
  createApiToken,
  listApiTokens,
  revokeApiToken,
  verifyApiToken
} from '../../server/agent/api-token.ts'
import { changeContact, changeRole, disableAgent, enableAgent } from '../../server/agent/change.ts'
import { createOwner } from '../../server/agent/create-owner.ts'
import { findAgent, listAgents } from '../../server/agent/find.ts'
import { acceptInvitation, inviteAgent, renewInvitation } from '../../server/agent/invite.ts'
import { isPassword } from '../../server/agent/password.ts'
import { changePassword } from '../../server/agent/profile.ts'
import { finishReset, startReset } from '../../server/agent/reset.ts'
import { saveSession } from '../../server/agent/session.ts'
import { createTeam, listTeams, renameTeam, setMembers } from '../../server/agent/team.ts'
import { onCommit } from '../../server/db/transaction.ts'
import type { InvalidInput } from '../../server/errors.ts'
import { openTestDb } from '../support/database.ts'
import { make } from '../support/factory.ts'

const now = new Date('2026-11-20T03:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const password = 'kopi susu di teras'
const day = 86_400_000

t.test('the first owner', async t => {
  const { db } = await openTestDb(t)
  const owner = { email: 'Sari@Toko.example', name: 'Ibu Sari', password }

  const { id } = await createOwner(db, { ...owner, timeZone: 'Asia/Makassar' }, now)

  t.match(await findAgent(db, id), {
    role: 'owner',
    email: 'sari@toko.example',
    time_zone: 'Asia/Makassar'
  })
  await t.rejects(createOwner(db, owner, now), { code: 'owner_exists' })
})

t.test('passwords that anybody would guess are refused', async t => {
  const { db } = await openTestDb(t)
  for (const bad of ['pendek', 'password', 'aaaaaaaaaa', 'sari@toko.example', 'x'.repeat(201)]) {
    const attempt = createOwner(
      db,
      { email: 'sari@toko.example', name: 'Sari', password: bad },
      now
    )
    await t.rejects(attempt, { code: 'invalid' }, bad)
  }
})

t.test('an invitation', async t => {
  t.test('opens once, within a week', async t => {
    const { db } = await openTestDb(t)
    const admin = await make.agent(db, { role: 'admin' })
    const { agent, token } = await inviteAgent(db, person, admin, now)

    const joined = await acceptInvitation(db, token, { name: 'Dewi A.', password }, later(6 * day))

    t.equal(joined.id, agent.id)
    t.ok(await isPassword(password, joined.password_hash))
    const again = acceptInvitation(db, token, { name: 'X', password }, now)
    await t.rejects(again, { code: 'link_expired' })
    await t.rejects(renewInvitation(db, agent.id, admin, now), { code: 'already_joined' })
  })

  t.test('dies with age, and when a new one is made', async t => {
    const { db } = await openTestDb(t)
    const admin = await make.agent(db, { role: 'admin' })
    const { agent, token } = await inviteAgent(db, person, admin, now)
    const accept = (link: string, at: Date) =>
      acceptInvitation(db, link, { name: 'Dewi', password }, at)

    await t.rejects(accept(token, later(8 * day)), { code: 'link_expired' })
    const fresh = await renewInvitation(db, agent.id, admin, now)
    await t.rejects(accept(token, now), { code: 'link_expired' })
    t.ok(await accept(fresh, now))
  })

  t.test('is no way around the ranks', async t => {
    const { db } = await openTestDb(t)
    const admin = await make.agent(db, { role: 'admin' })
    const supervisor = await make.agent(db, { role: 'supervisor' })

    await t.rejects(inviteAgent(db, { ...person, role: 'owner' }, admin, now), {
      code: 'above_own_rank'
    })
    await t.rejects(inviteAgent(db, { ...person, role: 'guest' }, supervisor, now), {
      code: 'above_own_rank'
    })
    await t.rejects(inviteAgent(db, { ...person, email: admin.email }, admin, now), {
      code: 'invalid'
    })
    t.equal((await listAgents(db)).length, 2)
  })

  t.test('cannot be guessed from what is stored, nor opened by nothing', async t => {
    const { db } = await openTestDb(t)
    const admin = await make.agent(db, { role: 'admin' })
    const { token } = await inviteAgent(db, person, admin, now)
    const { token_hash } = await db
      .selectFrom('invitation')
      .select('token_hash')
      .executeTakeFirstOrThrow()

    t.not(token_hash, token)
    for (const bad of ['', 'null', '0', '\u2003', token_hash]) {
      const attempt = acceptInvitation(db, bad, { name: 'X', password }, now)
      await t.rejects(attempt, { code: 'link_expired' }, JSON.stringify(bad))
    }
  })
})

t.test('a lost password', async t => {
  const { db } = await openTestDb(t)
  const owner = await createOwner(db, { email: 'sari@toko.example', name: 'Sari', password }, now)
  await saveSession(db, 'a stolen session', { agentId: owner.id }, now)
  const stolen = await createApiToken(db, { agentId: owner.id, name: 'Kasir' }, now)
  const started = await startReset(db, 'SARI@toko.example', now)

  await finishReset(db, started?.token ?? '', 'teh manis di beranda', now)

  const { password_hash } = await findAgent(db, owner.id)
  t.ok(await isPassword('teh manis di beranda', password_hash))
  t.strictSame(await db.selectFrom('session').selectAll().execute(), [], 'old sessions are dead')
  t.equal(await verifyApiToken(db, stolen.token, now), null, 'and so are old tokens')
  await t.rejects(finishReset(db, started?.token ?? '', password, now), { code: 'link_expired' })
  t.equal(await startReset(db, 'siapa@toko.example', now), null)

  t.ok(await startReset(db, owner.email, now))
  t.ok(await startReset(db, owner.email, now))
  t.equal(await startReset(db, owner.email, now), null, 'three links in an hour are enough')
})

t.test('a link for a lost password ends with what it was asked for', async t => {
  const { db } = await openTestDb(t)
  const owner = await createOwner(db, { email: 'sari@toko.example', name: 'Sari', password }, now)
  const admin = await make.agent(db, { role: 'admin', email: 'rudi@toko.example' })
  const another = 'teh manis di beranda'
  const linkOf = async (email: string) => (await startReset(db, email, now))?.token ?? ''

  const own = finishReset(db, await linkOf(owner.email), 'Sari@toko.example', now)
  const refused = (await own.catch((error: unknown) => error)) as InvalidInput
  t.same(refused.fields, { password: 'agent.error.password_common' })

  const before = await linkOf(owner.email)
  const change = { current: password, password: another, keepSession: '' }
  await changePassword(db, owner.id, change)
  await t.rejects(
    finishReset(db, before, password, now),
    { code: 'link_expired' },
    'a new password'
  )

  await db.updateTable('agent').set({ password_hash: 'x' }).where('id', '=', admin.id).execute()
  const mailed = await linkOf(admin.email)
  await changeContact(db, admin.id, { name: 'Rudi', email: 'rudi.h@toko.example' }, owner)
  await t.rejects(finishReset(db, mailed, password, now), { code: 'link_expired' }, 'a new address')

  const late = await linkOf('rudi.h@toko.example')
  await disableAgent(db, admin.id, owner, now)
  await enableAgent(db, admin.id, owner)
  await t.rejects(finishReset(db, late, password, now), { code: 'link_expired' }, 'disabled once')
})

t.test('roles', async t => {
  const { db } = await openTestDb(t)
  const owner = await make.agent(db, { role: 'owner' })
  const admin = await make.agent(db, { role: 'admin' })
  const agent = await make.agent(db, { role: 'agent' })

  await t.rejects(changeRole(db, agent.id, 'owner', admin), { code: 'above_own_rank' })
  await t.rejects(changeRole(db, owner.id, 'agent', admin), { code: 'above_own_rank' })
  await t.rejects(changeRole(db, admin.id, 'owner', admin), { code: 'above_own_rank' })
  await t.rejects(changeRole(db, agent.id, 'admin', agent), { code: 'above_own_rank' })
  await t.rejects(changeRole(db, owner.id, 'admin', owner), { code: 'last_owner' })
  await t.rejects(disableAgent(db, owner.id, owner, now), { code: 'not_yourself' })
  await t.rejects(disableAgent(db, owner.id, admin, now), { code: 'above_own_rank' })
  t.equal((await changeRole(db, agent.id, 'supervisor', admin)).role, 'supervisor')

  await changeRole(db, admin.id, 'owner', owner)
  t.equal((await changeRole(db, owner.id, 'admin', owner)).role, 'admin', 'there is another owner')
})

t.test('an admin corrects a name and an address', async t => {
  const { db } = await openTestDb(t)
  const admin = await make.agent(db, { role: 'admin' })
  const owner = await make.agent(db, { role: 'owner' })
  const agent = await make.agent(db)
  const contact = { name: ' Dewi ', email: 'Dewi@Toko.example' }

  const changed = await changeContact(db, agent.id, contact, admin)

  t.match(changed, { name: 'Dewi', email: 'dewi@toko.example' })
  const taken = { name: 'Dewi', email: owner.email }
  await t.rejects(changeContact(db, agent.id, taken, admin), { code: 'invalid' })
  await t.rejects(changeContact(db, owner.id, contact, admin), { code: 'above_own_rank' })
})

t.test('disabling somebody ends sessions and tokens at once', async t => {
  const { db } = await openTestDb(t)
  const owner = await make.agent(db, { role: 'owner' })
  const agent = await make.agent(db)
  await saveSession(db, 'a phone', { agentId: agent.id }, now)
  const { token } = await createApiToken(db, { agentId: agent.id, name: 'Laporan' }, now)
  const heard: string[] = []
  onCommit(db, news => heard.push(...news.map(item => item.topic)))

  await disableAgent(db, agent.id, owner, now)

  t.strictSame(await db.selectFrom('session').selectAll().execute(), [])
  t.equal(await verifyApiToken(db, token, now), null)
  t.strictSame(heard, ['session.ended', 'agent.changed'])
  await enableAgent(db, agent.id, owner)
  t.equal(await verifyApiToken(db, token, now), null, 'enabled again, they stay dead')
})

t.test('API tokens are shown once, and end', async t => {
  const { db } = await openTestDb(t)
  const agent = await make.agent(db)
  const { id: agentId } = agent
  const { id, token } = await createApiToken(
    db,
    { agentId, name: 'Gudang', expiresAt: later(day).getTime() },
    now
  )

  t.match(token, /^sapa_[\w-]{43}$/)
  t.notMatch(JSON.stringify(await db.selectFrom('api_token').selectAll().execute()), token)
  t.equal((await verifyApiToken(db, token, now))?.id, agentId)
  t.equal(await verifyApiToken(db, token, later(2 * day)), null)
  t.equal(await verifyApiToken(db, `${token}x`, now), null)
  await revokeApiToken(db, id, agent, now)
  t.equal(await verifyApiToken(db, token, now), null)
  t.strictSame(await listApiTokens(db, agentId), [])
})

t.test('teams', async t => {
  const { db } = await openTestDb(t)
  const [dewi, rudi] = [
    await make.agent(db, { name: 'Dewi' }),
    await make.agent(db, { name: 'Rudi' })
  ]
  const team = await createTeam(db, ' Gudang ', now)

  await setMembers(db, team.id, [dewi.id, rudi.id, dewi.id])
  await renameTeam(db, team.id, 'Gudang Timur')

  t.match(await listTeams(db), [
    { name: 'Gudang Timur', members: [{ name: 'Dewi' }, { name: 'Rudi' }] }
  ])
  await t.rejects(createTeam(db, 'Gudang Timur', now), { code: 'invalid' })
  await t.rejects(createTeam(db, '  ', now), { code: 'invalid' })

  const changed: number[] = []
  onCommit(db, news => {
    for (const item of news) if (item.topic === 'agent.changed') changed.push(item.agent)
  })
  await setMembers(db, team.id, [rudi.id])
  t.strictSame(changed, [dewi.id], 'only those who left or came')
})

const person = { email: 'dewi@toko.example', name: 'Dewi', role: 'agent' } as const
