import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { block, budi, unblock, write } from '../provider/people.ts'
import { telegramWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('one bot and its customers', async t => {
  const world = await telegramWorld(t)
  const { sapa, db, api, clock } = world
  const { id, bot } = await world.connect()
  const { updates } = bot

  await t.test('a customer writes and is answered', async t => {
    const text = 'Halo, pesanan saya belum sampai 😭'
    write(bot, budi, { text })
    const { conversation_id, remote_id, account_id } = await world.message(text)
    t.match({ remote_id, account_id }, { remote_id: '771001:501', account_id: id })

    const reply = await world.reply(conversation_id, 'Kami periksa **hari ini** ya.')
    const { remote_id: ours } = await world.gets(reply, 'sent')
    t.equal(ours, '771001:502')
    const entities = [{ type: 'bold', offset: 13, length: 8 }]
    const values = { chat_id: 771_001, text: 'Kami periksa hari ini ya.', entities }
    t.match(bot.sent, [{ method: 'sendMessage', values }])

    const url = `/conversations/${conversation_id}`
    const { body } = await world.app.inject(world.as.agent({ url }))
    t.match(body, 'Kami periksa <strong>hari ini</strong> ya.', 'as the customer sees it')
    t.match(body, /class="row__who">You:<\/span> Kami periksa hari ini ya\./)
  })

  await t.test('fetched by one and asked for reactions by name', async t => {
    t.ok(updates.allowed.includes('message_reaction'))
    t.notOk(updates.webhook)
  })

  await t.test('what comes twice or late is there once', async t => {
    const before = (await world.texts()).length
    updates.isRemembering = true
    const [first] = updates.pending.splice(0)
    write(bot, budi, { text: 'Satu' })
    await world.message('Satu')
    // A restored backup asks for what it has had; an old update comes behind newer ones.
    await db.updateTable('account').set({ cursor: null }).where('id', '=', id).execute()
    await sapa.supervisor.restart(id)
    if (first) updates.put(first)
    write(bot, budi, { text: 'Dua' })
    await world.message('Dua')
    t.same((await world.texts()).slice(before), ['Satu', 'Dua'])
    updates.isRemembering = false
  })

  await t.test('another program uses the bot: said in words, and over by itself', async t => {
    await world.comes(id, 'connected')
    const asks = updates.asks
    await until(() => updates.asks > asks || updates.hasAsker, { what: 'somebody waits' })
    const thief = updates.get(0, 100, 0, new AbortController().signal)
    const { state_reason } = await world.comes(id, 'delayed')
    await thief
    t.match(state_reason, /^Program lain memakai bot ini/)
    t.notMatch(state_reason, bot.token)
    await sapa.supervisor.restart(id)
    write(bot, budi, { text: 'Tiga' })
    await world.message('Tiga')
    await world.comes(id, 'connected')
  })

  await t.test('a webhook that somebody has set is taken away', async t => {
    updates.setWebhook({ url: 'https://lain.example/', secret: '', lastError: null })
    // The line before it may still have been waiting there: then this one was first told of another program.
    const isTold = async () =>
      /^Program lain menerima pesan bot ini/.test(
        (await world.comes(id, 'delayed')).state_reason ?? ''
      )
    await until(isTold, { what: 'the reason is told' })
    await sapa.supervisor.restart(id)
    await world.comes(id, 'connected')
    t.equal(updates.webhook, null)
  })

  await t.test('by webhook instead: nothing is lost and nothing comes twice', async t => {
    const before = (await world.texts()).length
    for (let n = 1; n <= 5; n++) write(bot, budi, { text: `Sebelum ${n}` })
    await world.change(id, { receive: 'webhook' })
    await until(() => updates.webhook, { what: 'the webhook' })
    const { url = '', secret = '' } = updates.webhook ?? {}
    for (let n = 6; n <= 10; n++) write(bot, budi, { text: `Sebelum ${n}` })
    await world.message('Sebelum 10')
    await until(() => updates.pending.length === 0, { what: 'all is taken' })

    const update = { update_id: 1, message: { text: 'Palsu' } }
    const post = async (headers: Record<string, string>, body: unknown = update) => {
      const request = { method: 'POST', body: JSON.stringify(body) }
      return (await fetch(url, { ...request, headers })).status
    }
    const name = 'x-telegram-bot-api-secret-token'
    for (const wrong of ['', 'salah', `${secret}x`, secret.slice(1)]) {
      t.equal(await post({ [name]: wrong }), 401)
    }
    t.equal(await post({}), 401)
    t.equal(await post({ [name]: secret }, { message: {} }), 400)

    await world.change(id, { receive: 'polling' })
    await until(() => !updates.webhook, { what: 'no webhook' })
    for (let n = 11; n <= 15; n++) write(bot, budi, { text: `Sebelum ${n}` })
    await world.message('Sebelum 15')
    const texts = Array.from({ length: 15 }, (_, index) => `Sebelum ${index + 1}`)
    t.same((await world.texts()).slice(before), texts)
  })

  await t.test('switched off, Telegram calls no more; nothing is missed meanwhile', async t => {
    const enable = async (is_enabled: boolean) =>
      t.equal((await world.call.owner(`PATCH /accounts/${id}`, { is_enabled })).status, 200)
    await world.change(id, { receive: 'webhook' })
    await until(() => updates.webhook, { what: 'the webhook' })
    await enable(false)
    await until(() => !updates.webhook, { what: 'no webhook' })
    write(bot, budi, { text: 'Sedang tutup?' })
    await enable(true)
    await world.message('Sedang tutup?')
    await world.change(id, { receive: 'polling' })
    await world.comes(id, 'connected')
  })

  await t.test('a removed bot is let go, but not from a webhook of somebody else', async t => {
    const { id: gone, bot: left } = await world.connect(api.addBot('cabang_bot', 'Cabang'), {
      receive: 'webhook'
    })
    await until(() => left.updates.webhook, { what: 'the webhook' })
    t.equal((await world.call.owner(`DELETE /accounts/${gone}`)).status, 204)
    await until(() => !left.updates.webhook, { what: 'no webhook' })

    const { id: shared, bot: others } = await world.connect(api.addBot('lama_bot', 'Lama'), {
      receive: 'webhook'
    })
    await until(() => others.updates.webhook, { what: 'the webhook' })
    const foreign = { url: 'https://lain.example/', secret: '', lastError: null }
    others.updates.setWebhook(foreign)
    const looks = api.calls.filter(({ method }) => method === 'getWebhookInfo').length
    t.equal((await world.call.owner(`DELETE /accounts/${shared}`)).status, 204)
    const isAsked = () =>
      api.calls.filter(({ method }) => method === 'getWebhookInfo').length > looks
    await until(isAsked, { what: 'Sapa looks whose webhook it is' })
    write(bot, budi, { text: 'Setelah itu' })
    await world.message('Setelah itu')
    t.same(others.updates.webhook, foreign, 'a webhook of somebody else stays')
  })

  await t.test('what Telegram could not be told at once it is told later', async t => {
    const gone = await world.connect(api.addBot('tutup_bot', 'Tutup'), { receive: 'webhook' })
    await until(() => gone.bot.updates.webhook, { what: 'the webhook' })
    const jobs = () =>
      db.selectFrom('job').select(['id', 'payload', 'state']).where('name', '=', 'leave').execute()
    const later = async (ms: number) => {
      clock.forward(ms)
      await sapa.jobs.tick(clock.now)
    }
    const down = () => api.faults.plan('*', { drop: 'before' }, Infinity)

    await sapa.plugins.deactivate('telegram')
    t.equal((await world.call.owner(`DELETE /accounts/${gone.id}`)).status, 204)
    await later(61_000)
    t.ok(gone.bot.updates.webhook, 'nobody here speaks with Telegram')
    t.match(await jobs(), [{ state: 'waiting' }])
    down()
    await sapa.plugins.activate('telegram')
    await later(3_600_000)
    t.ok(gone.bot.updates.webhook, 'Telegram is away')
    api.faults.clear()
    await later(2 * 3_600_000)
    t.notOk(gone.bot.updates.webhook)
    t.same(await jobs(), [], 'and its token is forgotten')

    const learned = await world.connect(api.addBot('baru_bot', 'Baru'), { receive: 'webhook' })
    await until(() => learned.bot.updates.webhook, { what: 'the webhook' })
    learned.bot.updates.setWebhook(null)
    down()
    const patch = { external_id: 'baru_bot', settings: { token: learned.bot.token } }
    t.equal((await world.call.owner(`PATCH /accounts/${learned.id}`, patch)).status, 200)
    await until(async () => (await jobs())[0], { what: 'it is kept' })
    await world.comes(learned.id, 'delayed')
    api.faults.clear()
    const again = { method: 'PUT' as const, url: `/settings/accounts/${learned.id}/connection` }
    await world.app.inject(world.as.owner(again))
    await until(() => learned.bot.updates.webhook, { what: 'the webhook of the new line' })
    await later(3 * 3_600_000)
    t.ok(learned.bot.updates.webhook, 'whoever is only known by now stays connected')
    t.same(await jobs(), [])

    const lost = await world.connect(api.addBot('hilang_bot', 'Hilang'), { receive: 'webhook' })
    await until(() => lost.bot.updates.webhook, { what: 'the webhook' })
    const off = { is_enabled: false }
    down()
    t.equal((await world.call.owner(`PATCH /accounts/${lost.id}`, off)).status, 200)
    await until(async () => (await jobs())[0], { what: 'it is kept' })
    t.match((await jobs())[0]?.payload, /"secrets"/)
    await later(4 * 86_400_000)
    const told = await jobs()
    t.match(told, [{ state: 'dead', payload: 'null' }], 'given up, without the token')
    const health = { url: '/settings/health' }
    t.match((await world.app.inject(world.as.owner(health))).body, /has ended, and its provider/)
    const put = { method: 'PUT' as const, url: `${health.url}/jobs/${told[0]?.id}/repetition` }
    t.equal((await world.app.inject(world.as.owner(put))).statusCode, 200)
    await sapa.jobs.tick(clock.now)
    t.same(await jobs(), [])
    api.faults.clear()
    await world.comes(id, 'connected')
  })

  await t.test('switched off and on again: history stays, what was missed comes in', async t => {
    const before = await world.texts()
    await sapa.plugins.deactivate('telegram')
    write(bot, budi, { text: 'Ada orang?' })
    t.same(await world.texts(), before)
    await sapa.plugins.activate('telegram')
    await world.message('Ada orang?')
    t.same(await world.texts(), [...before, 'Ada orang?'])
  })

  await t.test(
    'a customer who blocks the bot cannot be written to, until they are back',
    async t => {
      const { identity_id } = await world.message('Ada orang?')
      const isUnreachable = async () => {
        const { unreachable_at } = await db
          .selectFrom('identity')
          .select('unreachable_at')
          .where('id', '=', identity_id)
          .executeTakeFirstOrThrow()
        return unreachable_at !== null
      }
      block(bot, budi)
      await until(isUnreachable, { what: 'unreachable' })
      unblock(bot, budi)
      await until(async () => !(await isUnreachable()), { what: 'reachable' })
      t.pass()
    }
  )

  await t.test('the same bot is not read by two accounts', async t => {
    const form = { token: bot.token, apiUrl: api.url }
    const input = { type: 'telegram', name: 'Kembar', settings: form }
    const { body } = await world.call.owner('POST /accounts', input)
    const twin = (body as { id: number }).id
    const { state_reason } = await world.comes(twin, 'needs_attention')
    t.match(state_reason, /sudah dipakai akun Sapa yang lain/)
    await world.call.owner(`DELETE /accounts/${twin}`)
    write(bot, budi, { text: 'Masih saya' })
    await world.message('Masih saya')
  })

  await t.test('a token that was withdrawn needs attention', async t => {
    bot.isRevoked = true
    await sapa.supervisor.restart(id)
    const { state_reason } = await world.comes(id, 'needs_attention')
    t.match(state_reason, /^Telegram menolak token bot/)
    bot.isRevoked = false
    await sapa.supervisor.restart(id)
    await world.comes(id, 'connected')
  })
})
