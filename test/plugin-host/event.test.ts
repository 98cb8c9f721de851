import t from 'tap'
import { chatWorld } from '../support/chat-world.ts'

t.test('listeners hear of what was committed, with ids and no text', async t => {
  const world = await chatWorld(t)
  const names = ['message.received', 'message.sent', 'note.added', 'conversation.closed']
  const code = names
    .map(name => `sapa.on('${name}', facts => { seen.push(['${name}', facts]) })`)
    .join('\n')
  await world.add('dengar', `${code}; sapa.on('message.sent', () => { throw new Error('Macet') })`)
  await world.settled()

  const received = await world.receive('Sudah sampai mana?')
  await world.reply('Besok pagi')
  await world.reply('Teknisi: Hendra', { kind: 'note' })
  await world.close()
  await world.settled()

  const conversation = received.conversation_id
  t.match(seen, [
    ['message.received', { conversation, message: received.id, channel: 'obrolan' }],
    ['message.sent', { conversation, agent: world.ids.agent, isAutomatic: false }],
    ['note.added', { conversation, agent: world.ids.agent }],
    ['conversation.closed', { conversation, by: { kind: 'agent' } }]
  ])
  t.notMatch(JSON.stringify(seen), /Besok pagi|Hendra/)
})

t.test('what a plugin does itself does not come back to it', async t => {
  const world = await chatWorld(t)
  const id = world.first.conversation_id
  const scopes = ['conversations:read', 'conversations:write']
  const ear = `sapa.on('note.added', () => { seen.push(sapa.id + ' note') })
    sapa.on('conversation.tagged', () => { seen.push(sapa.id + ' tag') })`
  await world.add('dengar', ear)
  await world.add(
    'catat',
    `${ear}
     globalThis.write = async () => {
       await sapa.conversations.addNote(${id}, 'Garansi masih berlaku')
       await sapa.conversations.addTag(${id}, 'garansi')
     }`,
    { scopes }
  )
  await world.settled()

  await (globalThis as unknown as { write(): Promise<void> }).write()
  await world.settled()

  t.same(seen, ['dengar note', 'dengar tag'])
})

t.test('a durable consumer hears what happened while it was off, once, in order', async t => {
  const world = await chatWorld(t)
  await world.add(
    'hitung',
    `sapa.consume('message.received', 'masuk', async d => { seen.push([d.facts.message, d.attempt]) })`
  )
  await world.settled()
  const one = await world.receive('Satu')
  await world.settled()
  await world.sapa.plugins.deactivate('hitung')
  const two = await world.receive('Dua')
  const three = await world.receive('Tiga')
  await world.settled()
  t.same(seen, [[one.id, 1]])

  await world.sapa.plugins.activate('hitung')
  await world.settled()

  t.same(seen, [
    [one.id, 1],
    [two.id, 1],
    [three.id, 1]
  ])
})

t.test('from the start means from the first message on', async t => {
  const world = await chatWorld(t)
  await world.add(
    'sejarah',
    `sapa.consume('message.received', 'semua', async d => { seen.push(d.facts.message) }, { from: 'start' })`
  )
  await world.settled()
  t.same(seen, [world.first.id])
})

t.test(
  'a consumer that fails is tried again, then the event waits for somebody to look',
  async t => {
    const world = await chatWorld(t)
    await world.add(
      'rewel',
      `sapa.consume('message.received', 'masuk', async d => {
       seen.push(d.attempt)
       if (d.facts.message === globalThis.bad) throw new Error('Gudang tidak menjawab')
       seen.push('ok')
     })`
    )
    await world.settled()
    Object.assign(globalThis, { bad: (await world.receive('Rusak')).id })
    await world.settled()
    for (let n = 0; n < 12; n++) {
      world.clock.forward(61 * 60_000)
      world.sapa.plugins.hooks.consumers.wake()
      await world.settled()
    }
    t.same(seen.slice(-8), [1, 2, 3, 4, 5, 6, 7, 8])
    const list = 'GET /plugins/rewel/dead-events'
    const { body } = await world.call.admin(list)
    t.match(body.data, [
      { consumer: 'masuk', event: 'message.received', error: 'Gudang tidak menjawab' }
    ])

    await world.receive('Baik')
    await world.settled()
    t.same(seen.slice(-2), [1, 'ok'], 'the next one comes')

    const replay = `POST /plugins/rewel/dead-events/${body.data[0].id}/replays`
    t.equal((await world.call.agent(replay)).status, 403)
    t.equal((await world.call.admin('POST /plugins/lain/dead-events/1/replays')).status, 404)
    t.equal((await world.call.admin(replay)).status, 502, 'it fails again')
    t.equal((await world.call.admin(list)).body.data.length, 1, 'and still waits')
    Object.assign(globalThis, { bad: null })
    t.equal((await world.call.admin(replay)).status, 204)
    t.same(seen.slice(-2), [1, 'ok'], 'brought once more')
    t.same((await world.call.admin(list)).body.data, [])
  }
)

t.test('what happens to conversations and customers is told by its own name', async t => {
  const world = await chatWorld(t)
  const { call, first, ids, db } = world
  const names = [
    'conversation.opened',
    'conversation.assigned',
    'conversation.tagged',
    'conversation.reopened',
    'customer.merged'
  ]
  const code = names
    .map(name => `sapa.on('${name}', f => { seen.push(['${name}', f]) })`)
    .join('\n')
  await world.add('dengar', code)
  await world.settled()
  const path = `/conversations/${first.conversation_id}`

  const from = [{ kind: 'external', value: 'budi', namespace: 'obrolan', verified: true }]
  const other = await world.receive('Halo juga', { from, threadKey: 'budi' })
  await call.agent(`PATCH ${path}`, { assignee_id: ids.agent, tags: ['servis'] })
  await world.close()
  await world.receive('AC-nya bocor lagi')
  const customerOf = async (conversation: number) => {
    const row = db.selectFrom('conversation').select('customer_id').where('id', '=', conversation)
    return (await row.executeTakeFirstOrThrow()).customer_id
  }
  const [kept, gone] = [
    await customerOf(first.conversation_id),
    await customerOf(other.conversation_id)
  ]
  t.match(await call.admin(`POST /customers/${kept}/merges`, { customer_id: gone }), {
    status: 201
  })
  await world.settled()

  const conversation = first.conversation_id
  t.match(
    (seen as [string, object][]).toSorted(
      ([one], [two]) => names.indexOf(one) - names.indexOf(two)
    ),
    [
      ['conversation.opened', { conversation: other.conversation_id }],
      ['conversation.assigned', { conversation, agent: ids.agent }],
      ['conversation.tagged', { conversation, tag: 'servis' }],
      ['conversation.reopened', { conversation }],
      ['customer.merged', { customer: kept, from: gone }]
    ]
  )
})
