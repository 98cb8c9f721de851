import t from 'tap'
import { listenLive } from '../../../test/support/listen-live.ts'
import { until } from '../../../test/support/until.ts'
import { chatWorld } from './world.ts'

t.test('visitor and agent see each other write, and what was read', async t => {
  const world = await chatWorld(t)
  const { app, as } = world
  const ratna = world.guest()
  const { body } = await ratna.write('Apakah mesin cuci ini masih ada?')
  const id = await world.conversationOf('Apakah mesin cuci ini masih ada?')
  const visitor = await ratna.listen()
  const agent = await listenLive(t, world.url, as.agent)
  await agent.hears('hello')

  const page = `/conversations/${id}`
  await app.inject(as.agent({ url: page }))
  const read = await until(() => visitor.events.find(event => event.type === 'read'))
  t.match(read, { seq: body.message.seq })

  const payload = { state: 'viewing' }
  await app.inject(as.agent({ method: 'POST', url: `${page}/presence`, payload }))
  await until(async () => {
    await ratna.ask('POST typing', { isTyping: true })
    return agent.heard.some(event => event.topic === 'typing' && event.conversation === id)
  })

  const state = await app.inject(as.agent({ url: `${page}/composer-state` }))
  t.match(state.body, 'data-typing-url')
  await app.inject(as.agent({ method: 'PUT', url: `${page}/typing` }))
  const typing = await until(() => visitor.events.find(event => event.type === 'typing'))
  t.match(typing, { name: 'Dewi Anggraini', isTyping: true })
  visitor.close()
})
