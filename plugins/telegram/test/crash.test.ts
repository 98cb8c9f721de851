import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { startProduct, type Product } from '../../../test/support/product.ts'
import { until } from '../../../test/support/until.ts'
import type { Person } from '../provider/bot.ts'
import { write } from '../provider/people.ts'
import { startBotApi } from '../provider/server.ts'

t.setTimeout(fileMs)

const people = Array.from({ length: 20 }, (_, n): Person => ({
  id: 7000 + n,
  first_name: `Budi ${n}`
}))
const each = 50
const answers = 10
const kills = 6

/** The built product as a process, with one bot. */
async function shop(t: Test, apiUrl: string, token: string): Promise<Product> {
  const product = await startProduct(t)
  await product.insist('PUT /plugins/telegram/activation')
  const settings = { token, apiUrl }
  await product.insist('POST /accounts', { type: 'telegram', name: 'Toko', settings })
  return product
}

t.test('killed again and again: in exactly once, out never twice', async t => {
  const api = await startBotApi()
  t.teardown(() => api.close())
  const bot = api.addBot()
  const { server, insist, rows } = await shop(t, api.url, bot.token)
  const inbound = () =>
    rows<{ text: string }>("select text from message where kind = 'inbound'").map(
      ({ text }) => text
    )

  for (const person of people) write(bot, person, { text: `${person.id} nomor 0` })
  await until(() => inbound().length === people.length, { what: 'everybody has written' })
  const conversations = rows<{ id: number }>('select id from conversation order by id')

  let written = people.length
  let replied = 0
  const ask = async () => {
    for (let n = 1; n < each; n++) {
      for (const person of people) {
        write(bot, person, { text: `${person.id} nomor ${n}` })
        written += 1
      }
      await pause(20)
    }
  }
  const answer = async () => {
    for (let n = 0; n < answers; n++) {
      for (const { id } of conversations) {
        const text = `Jawaban ${n} untuk ${id}`
        await insist(
          `POST /conversations/${id}/messages`,
          { kind: 'reply', text },
          `jawaban-${n}-${id}`
        )
        replied += 1
      }
    }
  }
  const both = Promise.all([ask(), answer()])
  for (let killed = 0; killed < kills; killed++) {
    const goal = ((killed + 0.5) * answers * people.length) / kills
    await until(() => replied >= goal, { what: `${goal} replies` })
    await pause(Math.random() * 40)
    await server.kill()
    await server.start()
  }
  await both
  t.equal(written, people.length * each)

  await until(() => inbound().length >= written, { what: 'all is in' })
  const wanted = people.flatMap(({ id }) =>
    Array.from({ length: each }, (_, n) => `${id} nomor ${n}`)
  )
  t.same(inbound().toSorted(), wanted.toSorted(), 'each that was written, once')

  const outbound = () =>
    rows<{ text: string; status: string }>(
      "select text, status from message where kind = 'outbound'"
    )
  const isOver = ({ status }: { status: string }) => /^(sent|unknown)$/.test(status)
  await until(() => outbound().length === replied && outbound().every(isOver), {
    what: 'all has gone out'
  })
  const taken = new Map<unknown, number>()
  for (const { values } of bot.sent) taken.set(values['text'], (taken.get(values['text']) ?? 0) + 1)
  t.same(
    [...taken].filter(([, times]) => times > 1),
    [],
    'nothing has gone out twice'
  )
  const lost = outbound().filter(({ text, status }) => status === 'sent' && !taken.has(text))
  t.same(lost, [], 'and all that is called sent has')
  const unknown = outbound().filter(({ status }) => status === 'unknown').length
  t.ok(unknown <= kills * 10, `${unknown} may have arrived`)
})
