import t from 'tap'
import { inviteAgent } from '../../server/agent/invite.ts'
import { invitationNotice, invitationUrl } from '../../server/agent/invite-notice.ts'
import { findAgent } from '../../server/agent/find.ts'
import { handleResets, type Notice } from '../../server/agent/reset-job.ts'
import { setup } from '../support/app.ts'

const own = { accept: 'text/html', 'sec-fetch-site': 'same-origin', 'accept-language': 'en' }
const password = 'kopi susu di teras'

t.test('an invited person joins and is signed in', async t => {
  const { app, db, sapa, ids, clock } = await setup(t)
  const admin = await findAgent(db, ids.admin)
  const person = { email: 'baru@toko.example', name: 'Baru', role: 'agent' } as const
  const { agent, token } = await inviteAgent(db, person, admin, clock.now)
  const mail = invitationNotice(sapa, agent, token, admin)
  const { pathname: url } = new URL(invitationUrl(sapa, token))

  const page = await app.inject({ url, headers: own })
  const short = await app.inject({
    method: 'POST',
    url,
    headers: own,
    payload: { name: 'Bayu', password: 'pendek' }
  })
  const done = await app.inject({
    method: 'POST',
    url,
    headers: own,
    payload: { name: 'Bayu', password }
  })

  t.match(mail.subject, 'Rudi Hartono')
  t.match(mail.text, invitationUrl(sapa, token))
  t.equal(page.statusCode, 200)
  t.match(page.body, 'baru@toko.example')
  t.equal(short.statusCode, 422)
  t.match(short.body, 'Use at least 8 characters')
  t.match(short.body, 'value="Bayu"')
  t.equal(done.statusCode, 303)
  t.ok(done.cookies.find(cookie => cookie.name === 'sapa_session'))
  t.equal((await app.inject({ url, headers: own })).statusCode, 410)
})

t.test('a lost password: the same answer for everybody, a link for those who exist', async t => {
  const { app, db, sapa, ids, clock } = await setup(t)
  await db.updateTable('agent').set({ password_hash: 'x' }).where('id', '=', ids.agent).execute()
  const { email } = await findAgent(db, ids.agent)
  const sent: Notice[] = []
  handleResets(sapa, notice => Promise.resolve(void sent.push(notice)))
  const ask = (address: string) =>
    app.inject({ method: 'POST', url: '/forgot', headers: own, payload: { email: address } })

  const known = await ask(email)
  const unknown = await ask('siapa@toko.example')
  await sapa.jobs.tick(clock.now)

  t.equal(known.statusCode, 200)
  t.equal(known.body, unknown.body)
  t.strictSame(
    sent.map(({ to }) => to.address),
    [email]
  )
  const path = /\/password\/[\w-]+/.exec(sent[0]?.text ?? '')?.[0] ?? ''
  t.match(sent[0]?.text, sapa.config.publicUrl, 'never the Host header')
  const done = await app.inject({ method: 'POST', url: path, headers: own, payload: { password } })
  t.equal(done.headers.location, '/sign-in?notice=password')
})

t.test('links that nobody made are gone', async t => {
  const { app } = await setup(t)
  for (const path of [
    '/invite/',
    '/invite/null',
    `/invite/${'a'.repeat(43)}`,
    `/password/${'a'.repeat(43)}`
  ]) {
    const response = await app.inject({ url: path, headers: own })
    t.ok([404, 410, 422].includes(response.statusCode), `${path} ${response.statusCode}`)
  }
})
