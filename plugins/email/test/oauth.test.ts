import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import type { AccountContext, SettingsValues } from 'sapa/plugin-api'
import { readMailSettings } from '../mail-settings.ts'
import { requestTokens } from '../oauth/exchange.ts'
import { needs } from '../../../test/support/require.ts'
import {
  address,
  fail,
  failureOf,
  form,
  mailServer,
  openAccount,
  Reader,
  sink,
  step,
  until,
  alone
} from './account.ts'
import { install, type Installed } from './sapa.ts'
import { fetchStandIn, googleLike } from './stand-in.ts'

const { signal } = new AbortController()

const client = { oauthClientId: 'klien-7', oauthClientSecret: 'rahasia-klien' }

t.test('one token serves IMAP and SMTP, and a rotated refresh token is kept', async t => {
  if (!needs(t, 'dovecot')) return
  const provider = await googleLike(t, () => ({ access_token: 'test', refresh_token: 'segar-2' }))
  const dovecot = await mailServer(t)
  const smtp = await sink(t, { auth: { user: address, accessToken: 'test' } })
  const { session, saved } = openAccount(t, google({ imap: dovecot, smtp }))
  const reader = new Reader(session)
  await reader.begin()
  await session.send(step())

  t.same(saved, [{ oauthRefreshToken: 'segar-2' }])
  t.equal(provider.asked.length, 1)
  t.match(provider.asked[0], {
    grant_type: 'refresh_token',
    refresh_token: 'segar-1',
    client_id: 'klien-7',
    client_secret: 'rahasia-klien'
  })
  t.equal(smtp.received.length, 1)
})

t.test('a token that a server does not take is renewed once', async t => {
  if (!needs(t, 'dovecot')) return
  const tokens = ['basi', 'test', 'test-2']
  const provider = await googleLike(t, count => ({
    access_token: tokens[count] ?? `basi-${count}`
  }))
  const dovecot = await mailServer(t)
  const smtp = await sink(t, { auth: { user: address, accessToken: 'test-2' } })
  const { session, states } = openAccount(t, google({ imap: dovecot, smtp }))
  await new Reader(session).begin()
  t.same(states, ['connected'])
  t.equal(provider.asked.length, 2)

  await session.send(step())
  t.equal(provider.asked.length, 3, 'SMTP refused the one that IMAP took')
  smtp.options.auth = { user: address, accessToken: 'lain' }
  await session.close()
  const again = openAccount(t, google({ smtp }))
  t.equal((await failureOf(again.session.send(step()))).failure, 'auth')
  t.equal(provider.asked.length, 5, 'and no more than once')
})

t.test('a token is renewed five minutes early', async t => {
  const provider = await googleLike(t, count => ({ access_token: `t-${count}`, expires_in: 299 }))
  const { tokens } = openAccount(t, google({}))
  t.same([await tokens.get(), await tokens.get()], ['t-0', 't-1'])
  t.equal(provider.asked.length, 2)
})

t.test('two askers at once renew once', async t => {
  const provider = await googleLike(t, count => ({ access_token: `t-${count}` }))
  const { tokens } = openAccount(t, google({}))
  t.same(await Promise.all([tokens.get(), tokens.get()]), ['t-0', 't-0'])
  t.same([await tokens.get(), await tokens.get('t-0')], ['t-0', 't-1'])
  t.equal(provider.asked.length, 2)
})

t.test('a provider that is down delays, one that refuses waits for the owner', async t => {
  let status = 503
  const provider = await googleLike(
    t,
    () => ({ error: 'invalid_grant' }),
    () => status
  )
  const { session, states, tokens } = openAccount(
    t,
    google({ smtp: await sink(t, { auth: { user: address } }) })
  )
  t.equal((await failureOf(session.poll!(null, signal))).failure, 'temporary')
  t.same(states, [])

  status = 400
  const stop = new AbortController()
  const polling = failureOf(session.poll!(null, stop.signal))
  await until(() => states.length > 0)
  t.match(states, [/^needs_attention: .*invalid_grant/])
  t.equal((await failureOf(session.send(step()))).failure, 'auth')
  t.equal(provider.asked.length, 2, 'and nobody asks again meanwhile')

  stop.abort()
  t.equal((await polling).failure, 'temporary')
  t.ok(tokens.refusal)
  t.notMatch(JSON.stringify(states), /rahasia|segar/)
})

t.test('the owner signs in, and the waiting account connects', async t => {
  if (!needs(t, 'dovecot')) return
  const provider = await googleLike(t, () => ({ access_token: 'test', refresh_token: 'segar-9' }))
  const dovecot = await mailServer(t)
  const installed = install()
  const { session, saved, states } = await openInstalled(t, installed, 5, {
    ...google({ imap: dovecot }),
    oauthRefreshToken: ''
  })
  const reader = new Reader(session)
  const waiting = reader.begin()
  await until(() => states.length > 0)
  t.match(states[0], /^needs_attention: Nobody has signed in/)
  t.match(states[0], 'https://bantuan.toko.test/sapa/p/email/oauth/start?account=5')

  const { redirect } = await installed.get('/oauth/start?account=5')
  const asked = new URL(redirect!)
  t.equal(`${asked.origin}${asked.pathname}`, 'https://accounts.google.com/o/oauth2/v2/auth')
  t.match(Object.fromEntries(asked.searchParams), {
    response_type: 'code',
    client_id: 'klien-7',
    redirect_uri: 'https://bantuan.toko.test/sapa/p/email/oauth/callback',
    scope: 'https://mail.google.com/',
    code_challenge_method: 'S256',
    login_hint: address,
    access_type: 'offline'
  })
  t.notMatch(redirect, /rahasia/)

  const state = asked.searchParams.get('state')!
  t.notOk(
    [...installed.values.keys()].some(key => key.includes(state)),
    'kept as a hash'
  )
  const done = await installed.get(`/oauth/callback?state=${state}&code=kode-1`)
  t.match(done, { status: 200, body: /Login berhasil\. halo@toko\.test/ })
  await waiting
  t.same(states.slice(1), ['connected'])
  t.same(saved, [{ oauthRefreshToken: 'segar-9' }])
  t.match(provider.asked[0], {
    grant_type: 'authorization_code',
    code: 'kode-1',
    redirect_uri: 'https://bantuan.toko.test/sapa/p/email/oauth/callback'
  })
  t.equal(
    challengeOf(provider.asked[0]!['code_verifier']!),
    asked.searchParams.get('code_challenge')
  )

  const again = await installed.get(`/oauth/callback?state=${state}&code=kode-1`)
  t.equal(again.status, 400, 'a state counts once')
  t.equal(provider.asked.length, 1)
})

t.test('a sign-in belongs to the agent who began it, for ten minutes', async t => {
  const provider = await googleLike(t, () => ({ access_token: 'test', refresh_token: 'segar-9' }))
  const installed = install()
  const { saved } = await openInstalled(t, installed, 5, google({}))
  const begin = async () => {
    const { redirect } = await installed.get('/oauth/start?account=5', 1)
    return new URL(redirect!).searchParams.get('state')
  }
  const finish = async (query: string, agent = 1) =>
    (await installed.get(`/oauth/callback?${query}`, agent)).status

  t.equal(await finish(`state=${await begin()}&code=k`, 2), 400, 'another agent')
  t.equal(await finish('code=k'), 400, 'no state')
  t.equal(await finish('state=karangan&code=k'), 400, 'an invented state')
  t.equal(await finish(`state=${await begin()}&error=access_denied`), 400, 'the owner said no')

  const state = await begin()
  for (const [key, value] of installed.values) {
    installed.values.set(key, JSON.stringify({ ...JSON.parse(value), until: Date.now() - 1 }))
  }
  t.equal(await finish(`state=${state}&code=k`), 400, 'too late')

  const twice = await begin()
  const both = await Promise.all([1, 2].map(() => finish(`state=${twice}&code=k`)))
  t.same(both.toSorted(), [200, 400], 'two requests at once')
  t.same(saved, [{ oauthRefreshToken: 'segar-9' }])
  t.equal(provider.asked.length, 1)
})

t.test('an account without an app registration, or with a password, cannot start', async t => {
  const installed = install()
  await openInstalled(t, installed, 5, { ...google({}), oauthClientId: '' })
  await openInstalled(t, installed, 6, form({}))
  const statuses = ['5', '6', '7', '', '5%00'].map(async id => {
    return (await installed.get(`/oauth/start?account=${id}`)).status
  })
  t.same(await Promise.all(statuses), [409, 404, 404, 404, 404])
  t.equal(installed.values.size, 0)
})

t.test('a failing exchange changes nothing and tells no secret', async t => {
  await googleLike(
    t,
    () => ({ error: 'invalid_client' }),
    () => 401
  )
  const installed = install()
  const { saved } = await openInstalled(t, installed, 5, google({}))
  const { redirect } = await installed.get('/oauth/start?account=5')
  const state = new URL(redirect!).searchParams.get('state')
  const reply = await installed.get(`/oauth/callback?state=${state}&code=kode-rahasia`)
  t.match(reply, { status: 502, body: /invalid_client/ })
  t.same(saved, [])
  t.notMatch(JSON.stringify([reply, installed.log]), /rahasia/)
})

t.test('no environment sends a secret elsewhere', async t => {
  const provider = await googleLike(t, () => ({ access_token: 'test' }))
  const env = t.intercept(process, 'env', {
    value: { ...process.env, SAPA_TEST_GOOGLE_OAUTH_URL: 'http://127.0.0.1:1' }
  })
  const settings = readMailSettings(google({}))

  const tokens = await requestTokens(fetchStandIn, fail, settings, {
    ...{ grant_type: 'refresh_token', refresh_token: 'segar-1' }
  })

  env.restore()
  t.equal(tokens.accessToken, 'test')
  t.equal(provider.asked.length, 1)
})

t.test('Microsoft is asked at the directory of the account', async t => {
  const installed = install()
  const values = { ...form({}), ...client, auth: 'microsoft' }
  await openInstalled(t, installed, 5, { ...values, oauthTenant: 'toko-maju.test' })
  await openInstalled(t, installed, 6, { ...values, oauthTenant: '../jahat?x=' })
  const first = new URL((await installed.get('/oauth/start?account=5')).redirect!)
  t.equal(first.origin, 'https://login.microsoftonline.com')
  t.equal(first.pathname, '/toko-maju.test/oauth2/v2.0/authorize')
  t.match(first.searchParams.get('scope'), /IMAP\.AccessAsUser\.All .*SMTP\.Send offline_access/)
  const second = new URL((await installed.get('/oauth/start?account=6')).redirect!)
  t.equal(second.pathname, '/common/oauth2/v2.0/authorize')
})

function google(servers: Parameters<typeof form>[0]): SettingsValues {
  return { ...form(servers), ...client, auth: 'google', password: '', oauthRefreshToken: 'segar-1' }
}

async function openInstalled(t: Test, { channel }: Installed, id: number, values: SettingsValues) {
  const [states, saved]: [string[], SettingsValues[]] = [[], []]
  const account: AccountContext = {
    facts: { id, type: 'email', address, settings: values, ownAddresses: [address] },
    settings: values,
    webhookUrl: `https://bantuan.toko.test/sapa/hooks/email/${id}/secret`,
    signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    state: (state, reason) => states.push(reason ? `${state}: ${reason}` : state),
    save: async patch => void saved.push(patch),
    ingest: async () => undefined,
    ...alone,
    fetch: fetchStandIn
  }
  const session = await channel.open(account)
  t.teardown(() => session.close())
  return { session, states, saved }
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
