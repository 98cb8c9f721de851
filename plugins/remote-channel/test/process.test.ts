import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { areServicesRequired, findProgram } from '../../../test/support/require.ts'
import { temporaryFolder } from '../../../test/support/temporary.ts'
import { until } from '../../../test/support/until.ts'
import { processWorld, startProgram } from './process.ts'

t.setTimeout(fileMs)
const patience = { everyMs: 50 }
const readme = readFileSync('plugins/remote-channel/README.md', 'utf8')

t.test('the programs of the README chat both ways, also over a restart', async t => {
  const world = await processWorld(t)
  const { server, insist } = world
  const programs = [
    { language: 'python', file: 'client.py', command: findProgram('python3') },
    { language: 'js', file: 'client.mjs', command: process.execPath }
  ]
  for (const { language, file, command } of programs) {
    await t.test(language, async t => {
      if (!command && !areServicesRequired()) {
        t.pass(`no ${language}`, { skip: `skipped: no ${language}` })
        return
      }
      const code = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? ''
      t.ok(code.trim().split('\n').length <= 50, 'short')
      const folder = temporaryFolder(t)
      writeFileSync(join(folder, file), code)
      const { token } = await world.connect(`Kanal ${language}`)
      const SAPA = `${server.url}/p/remote-channel/v1`
      const env = { SAPA, TOKEN: token, SENT: join(folder, 'sent.txt') }
      const words = [command ?? language, join(folder, file)]
      const program = startProgram(t, words, env)
      const reply = async (text: string, conversation: number) =>
        (await insist(`POST /conversations/${conversation}/messages`, { kind: 'reply', text }))[
          'id'
        ]

      program.say(`Faktur belum diterima (${language})`)
      const conversation = await world.conversationOf(`Faktur belum diterima (${language})`)
      await reply('Kami periksa dulu ya.', conversation)
      await until(() => program.lines.length === 1, patience)
      await server.kill()
      program.say(`Halo, masih di sana? (${language})`)
      await server.start()
      t.equal(await world.conversationOf(`Halo, masih di sana? (${language})`), conversation)
      await program.end()
      await reply('Ditulis saat program mati.', conversation)
      const again = startProgram(t, words, env)
      await until(() => again.lines.length === 1, patience)

      t.same(program.lines, ['Bagas Prakoso: Kami periksa dulu ya.'])
      t.same(again.lines, ['Bagas Prakoso: Ditulis saat program mati.'])
      const states = () =>
        world
          .rows<{ status: string }>(
            `select status from message where kind = 'outbound' and conversation_id = ${conversation}`
          )
          .map(({ status }) => status)
      await until(() => states().every(status => status === 'sent'), patience)
      t.same(states(), ['sent', 'sent'])
      await again.end()
    })
  }
})

t.test('killed at bad moments, nothing is lost and nothing goes out twice', async t => {
  const world = await processWorld(t)
  const { server, insist, ask, rows } = world
  const { token } = await world.connect('Aplikasi')
  const from = { id: 'u-7', name: 'Budi Santoso' }
  const item = (n: number) => ({
    type: 'message',
    id: `m-${n}`,
    thread: 'a',
    from,
    text: `Kabar ${n}`
  })
  const items = Array.from({ length: 100 }, (_, n) => item(n))
  const texts = () =>
    rows<{ text: string }>("select text from message where kind = 'inbound' order by id").map(
      ({ text }) => text
    )
  const statusOf = (id: unknown) =>
    rows<{ status: string }>(`select status from message where id = ${Number(id)}`)[0]?.status

  await t.test('right after 200', async t => {
    const answer = await ask(token, 'POST ingest', { items })
    await server.kill()
    t.equal(answer?.status, 200)
    t.ok(texts().length < 100, `${texts().length} read so far`)
    await server.start()
    await until(() => texts().length === 100, patience)
    await ask(token, 'POST ingest', { items })
    await ask(token, 'POST ingest', item(100))
    await world.conversationOf('Kabar 100')
    t.equal(texts().length, 101)
  })

  const conversation = await world.conversationOf('Kabar 0')
  const reply = async (text: string) =>
    (await insist(`POST /conversations/${conversation}/messages`, { kind: 'reply', text }))['id']
  const take = async () => {
    const answer = await ask(token, 'GET outbox?wait=10&lease=3')
    return answer?.body.steps?.[0]
  }

  await t.test('between lease and ack: the ack counts after the restart', async t => {
    const id = await reply('Satu')
    const step = await until(take, patience)
    await server.kill()
    await server.start()
    const ack = { clientRef: step.clientRef, lease: step.lease, status: 'sent', remoteId: 'b-1' }
    await until(async () => (await ask(token, 'POST ack', ack))?.status === 200, patience)
    await until(() => statusOf(id) === 'sent', patience)
    t.same((await ask(token, 'GET outbox?wait=4'))?.body.steps, [], 'it is not offered again')
  })

  await t.test('between lease and ack, and the program too: it is offered again', async t => {
    const id = await reply('Dua')
    const step = await until(take, patience)
    await server.kill()
    await server.start()
    const again = await until(take, patience)
    t.equal(again.clientRef, step.clientRef)
    t.not(again.lease, step.lease)
    const ack = { clientRef: again.clientRef, status: 'sent', remoteId: 'b-2' }
    t.equal((await ask(token, 'POST ack', ack))?.status, 200)
    await until(() => statusOf(id) === 'sent', patience)
  })

  await t.test('right after the ack', async t => {
    const id = await reply('Tiga')
    const step = await until(take, patience)
    const ack = { clientRef: step.clientRef, status: 'sent', remoteId: 'b-3' }
    const answer = await ask(token, 'POST ack', ack)
    await server.kill()
    t.equal(answer?.status, 200)
    await server.start()
    await until(() => statusOf(id) === 'sent', patience)
    t.equal((await ask(token, 'POST ack', ack))?.status, 200, 'said again')
    t.same((await ask(token, 'GET outbox?wait=4'))?.body.steps, [], 'it is not offered again')
  })

  await t.test('told to stop with a poll open and a step held, it ends at once', async t => {
    const id = await reply('Empat')
    const step = await until(take, patience)
    const polled = ask(token, 'GET outbox?wait=25')
    const isPolling = async () => {
      const health = await ask(token, 'GET health')
      return health?.body.polls === 1
    }
    await until(isPolling, patience)
    t.equal(await server.stop(), 0)
    t.equal((await polled)?.status, 503, 'neither cut off nor waited for')
    t.equal(statusOf(id), 'queued')
    await server.start()
    const again = await until(take, patience)
    t.equal(again.clientRef, step.clientRef)
  })
})
