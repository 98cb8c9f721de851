import type { ProbeStep } from 'sapa/plugin-api'
import t from 'tap'
import { freePort } from '../../../test/support/free-port.ts'
import { fileMs, patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { budi, write } from '../provider/people.ts'
import { telegramWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('an owner sets a bot up', async t => {
  const world = await telegramWorld(t)
  const { api, sapa } = world
  const bot = api.addBot('tokosinar_bot', 'Toko Sinar')
  const steps: ProbeStep[] = []
  const report = (step: ProbeStep) => void steps.push(step)
  const found = () => steps.splice(0).filter(({ state }) => state !== 'running')
  const signal = AbortSignal.timeout(patienceMs)
  const definition = sapa.channels.get('telegram')
  const probe = async (form: Record<string, string>) => {
    const result = await definition?.probe?.({ apiUrl: api.url, ...form }, signal, report)
    return { result, steps: found() }
  }

  await t.test('the test of the form says whose bot it is, or what is wrong', async t => {
    const good = await probe({ token: ` ${bot.token} ` })
    t.match(good, {
      result: { isOk: true, name: 'Toko Sinar', address: '@tokosinar_bot', externalId: '600100' },
      steps: [{ step: 'token', state: 'ok', detail: { id: 'Ini Toko Sinar (@tokosinar_bot)' } }]
    })
    const half = await probe({ token: 'AAExyz' })
    t.match(half, { result: { isOk: false }, steps: [{ field: 'token', state: 'failed' }] })
    const wrong = await probe({ token: '600100:salah' })
    t.match(wrong.steps, [{ field: 'token', remedy: { en: /@BotFather/ } }])
    const away = await probe({ token: bot.token, apiUrl: `http://127.0.0.1:${await freePort()}` })
    t.match(away.steps, [{ field: 'apiUrl', detail: { en: /ECONNREFUSED/ } }])
    t.notMatch(JSON.stringify([good, half, wrong, away]), bot.token)
  })

  const { id } = await world.connect(bot, { groups: 'each' })
  const check = async () => {
    await sapa.supervisor.session(id)?.checks?.(signal, report)
    return found()
  }

  await t.test('the check of a bot that fetches', async t => {
    t.match(await check(), [
      { step: 'token', state: 'ok' },
      { step: 'webhook', state: 'ok' },
      { step: 'privacy', state: 'warning', remedy: { en: /setprivacy/ } }
    ])
    bot.me['can_read_all_group_messages'] = true
    t.match((await check())[2], { state: 'ok' })
    bot.updates.webhook = { url: 'https://lain.example/', secret: '', lastError: null }
    t.match((await check())[1], { state: 'failed', detail: { id: /Program lain/ } })
    bot.updates.webhook = null
    bot.isRevoked = true
    t.match((await check())[0], { state: 'failed', field: 'token' })
    bot.isRevoked = false
  })

  await t.test('the check of a bot that is called', async t => {
    await world.change(id, { receive: 'webhook' })
    await until(() => bot.updates.webhook, { what: 'the webhook' })
    await until(() => sapa.supervisor.session(id), { what: 'the session' })
    write(bot, budi, { text: 'Lewat webhook' })
    await world.message('Lewat webhook')
    t.match((await check())[1], { state: 'ok', detail: { en: 'Telegram calls Sapa' } })
    const { webhook } = bot.updates
    if (webhook) {
      const message = 'SSL error {certificate verify failed}'
      webhook.lastError = { date: Math.floor(Date.now() / 1000), message }
    }
    bot.updates.pending.push({ update_id: 1 })
    t.match((await check())[1], { state: 'failed', detail: { en: /certificate verify failed/ } })
  })
})
