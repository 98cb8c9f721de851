import t from 'tap'
import { inboxWorld } from '../inbox/world.ts'
import { dropPlugin } from '../support/plugin.ts'
import { sidebar, slotWorld as setup } from '../support/slot-world.ts'

t.test('chips of the list come from one call for all rows', async t => {
  const { get, conversation, mail, add } = await setup(
    t,
    `let calls = 0
     sapa.slot('inbox.row.meta', { id: 'vip', title: { en: 'A', id: 'A' }, render: ({ rows }) => {
       calls++
       const chips = Object.fromEntries(rows.map(row => [row.conversation, sapa.html\`<span class="chip chip--ok">\${rows.length} rows, call \${calls}</span><a href="/inbox">x</a>\`]))
       rows.length = 0
       return { ...chips, 999: sapa.html\`asing\` }
     } })`
  )
  await mail()
  await mail()

  const { body } = await get('/inbox/all')
  t.equal(body.match(/<span class="chip chip--ok">3 rows, call 1<\/span>x/g)?.length, 3)
  t.notMatch(body, 'asing')

  await add(
    'lambat',
    `sapa.slot('inbox.row.meta', { id: 'vip', mode: 'lazy', title: { en: 'A', id: 'A' }, render: ({ rows }) =>
       Object.fromEntries(rows.map(row => [row.conversation, sapa.html\`nomor \${row.conversation}\`])) })`
  )
  const page = await get('/inbox/all')
  const url = /hx-get="(\/slots\/inbox\.row\.meta\/lambat\.vip[^"]*)"/.exec(page.body)?.[1] ?? ''
  const late = await get(url)
  const target = /<hx-partial hx-target="#([\w-]+)"[^>]*>nomor 1</.exec(late.body)?.[1]
  t.match(page.body, `<span class="slot__chip" id="${target}"></span>`)
  t.equal((await get(url, 'guest')).status, 403)
  const guests = url.replace('lambat.vip', 'pesanan.vip')
  t.equal((await get(guests, 'guest')).status, 403)
  t.equal((await get('/slots/inbox.row.meta/lambat.vip?rows=1;2')).status, 422)
  t.same((await get('/slots/inbox.row.meta/lambat.vip?rows=777')).body.trim(), '')
  t.ok(conversation)
})

t.test('a row’s chips that fail leave the list as it is', async t => {
  const { get } = await setup(
    t,
    `sapa.slot('inbox.row.meta', { id: 'vip', title: { en: 'A', id: 'A' }, render: () => [1, 2] })`
  )

  const agent = await get('/inbox/all')
  const admin = await get('/inbox/all', 'admin')

  t.match(agent.body, 'Ratna Kusumawardani')
  t.notMatch(agent.body, '/plugins/pesanan/log')
  t.match(admin.body, 'href="/plugins/pesanan/log"')
})

t.test('tools of the composer and actions of a conversation know which one it is', async t => {
  const button = (name: string) =>
    `sapa.slot('${name}', { id: 'alat', title: { en: 'A', id: 'A' }, render: props =>
       sapa.html\`<form><textarea>x</textarea></form><button data-insert="Halo \${props.customer}">\${props.channel} \${props.conversation}</button>\` })`
  const { get, conversation, customer } = await setup(
    t,
    `${button('composer.toolbar')}\n${button('conversation.actions')}`
  )

  const { body } = await get(`/conversations/${conversation}`)

  const found = body.match(
    /<button data-insert="Halo \d+" type="button"(?: class="menu__item" role="menuitem")? data-behavior="insert">email \d+<\/button>/g
  )
  t.equal(found?.length, 2, 'no form and no submit button within the composer')
  t.match(found?.[0], `Halo ${customer}`)
  t.notMatch(body, '<textarea>x')
})

t.test('other settings draw the cards of their plugin anew, and no others', async t => {
  const world = await inboxWorld(t)
  const { sapa, app, as, dataDir } = world
  const id = await world.mail()
  for (const plugin of ['alfa', 'bravo']) {
    dropPlugin(dataDir, plugin, sidebar('return sapa.html`x`'), {
      settings: { toko: { type: 'text', label: { en: 'Shop', id: 'Toko' } } }
    })
    t.equal((await sapa.plugins.activate(plugin)).state, 'active')
  }
  const ids = async () => {
    const { body } = await app.inject(as.agent({ method: 'GET', url: `/conversations/${id}` }))
    return [...body.matchAll(/<section class="slot [^>]* id="([\w-]+)"/g)].map(match => match[1])
  }
  const before = await ids()
  t.equal(before.length, 2)

  await sapa.plugins.saveForm('bravo', { toko: 'Sinar' })

  const after = await ids()
  t.equal(after[0], before[0])
  t.not(after[1], before[1])
})
