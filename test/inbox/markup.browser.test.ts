import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { openBrowser } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { inboxWorld } from './world.ts'

const hostile =
  '"><img src=x onerror=alert(1)><svg onload=alert(2)>\'</script><script>alert(3)</script>' +
  '<%= 7*7 %>${7*7}<a href="javascript:alert(4)">j</a> https://a.example/"onmouseover=alert(5)//'

/** As if the sanitiser had let everything pass: the frame is the second wall. */
const unwashedFor = (evil: string) =>
  '<script>parent.alert(6)</script><img src=x onerror=alert(7)><iframe src="javascript:alert(8)"></iframe>' +
  `<form action="/sign-out" method="post"><button>Keluar</button></form><base href="${evil}">` +
  `<meta http-equiv="refresh" content="0;url=${evil}"><link rel="stylesheet" href="${evil}/x.css">` +
  `<style>@import url(${evil}/y.css);body{background:url(${evil}/z.png)}</style>`

t.test('markup that strangers and colleagues write runs nowhere', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { db, ids, url, make, accountId } = world
  const id = await world.mail({ name: hostile, subject: hostile, text: hostile, assigneeId: 1 })
  let reached = 0
  const canary = createServer().on('connection', () => reached++)
  await new Promise<void>(ready => canary.listen(0, '127.0.0.1', ready))
  t.teardown(() => canary.close())
  await furnish(unwashedFor(`http://127.0.0.1:${(canary.address() as AddressInfo).port}`))
  const { context } = await openBrowser(t)
  await world.enter(context, 'owner')
  const ran: string[] = []
  context.on('dialog', dialog => {
    ran.push(dialog.message())
    void dialog.dismiss()
  })

  const { message_id: framed } = await db
    .selectFrom('message_body')
    .select('message_id')
    .executeTakeFirstOrThrow()
  const settings = ['accounts', `accounts/${accountId}`, 'agents', 'teams', 'health', 'tokens']
  const paths = [
    ...['/inbox/all', `/inbox/ch-${accountId}`, '/customers', '/customers/1', '/me', '/setup/team'],
    ...settings.map(room => `/settings/${room}`),
    ...['', '/customer', `/messages/${framed}/frame?full=1&images=1`].map(
      part => `/conversations/${id}${part}`
    )
  ]
  for (const path of paths) {
    const page = await context.newPage()
    const response = await page.goto(url + path)
    t.equal(response?.status(), 200, path)
    if (!path.includes('/frame')) {
      const alive = page.locator(
        '[onerror], [onload], [onmouseover], a[href^="javascript:"], img[src="x"]'
      )
      t.equal(await alive.count(), 0, `${path} holds no live markup`)
      t.notMatch(await page.locator('body').innerText(), /\b49\b/, `${path} computes nothing`)
    }
    for (const opener of await page.locator('summary, button[aria-expanded]').all()) {
      await opener.click({ timeout: 300 }).catch(() => undefined)
    }
    await page.close()
  }
  t.same(ran, [])
  t.equal(reached, 0, 'nobody outside hears of it')

  async function furnish(unwashed: string) {
    const team = await make.team(db, { name: hostile.slice(0, 80), members: [ids.owner] })
    await db.updateTable('agent').set({ name: hostile }).execute()
    await db.updateTable('customer').set({ note: hostile }).execute()
    await db.updateTable('conversation').set({ team_id: team.id, preview: hostile }).execute()
    const trouble = { state: 'needs_attention' as const, state_reason: hostile }
    await db
      .updateTable('account')
      .set({ name: hostile, ...trouble })
      .execute()
    const { id: message } = await db.selectFrom('message').select('id').executeTakeFirstOrThrow()
    const copies = [{ kind: 'email', value: hostile, name: hostile }]
    const headers = JSON.stringify({ cc: copies, isSuspicious: true })
    await db.updateTable('message').set({ has_html: 1, has_quote: 1, headers }).execute()
    await make.message(db, {
      ...{ conversation_id: id, kind: 'outbound', text: hostile, agent_id: ids.owner },
      ...{ status: 'failed', status_reason: hostile, account_id: accountId }
    })
    const body = { html: unwashed, full_html: unwashed, has_remote_images: 1 }
    await db
      .insertInto('message_body')
      .values({ message_id: message, ...body })
      .execute()
    const file = { token: 't'.repeat(40), filename: hostile, mime: 'image/png', size: 3 }
    await db
      .insertInto('attachment')
      .values({ message_id: message, ...file, created_at: 1 })
      .execute()
    await db
      .insertInto('journal')
      .values({
        ...{ account_id: accountId, key: hostile, state: 'failed', size: 1 },
        ...{ received_at: 1, error: hostile }
      })
      .execute()
    await db.updateTable('session').set({ address: hostile, user_agent: hostile }).execute()
    await db
      .insertInto('draft')
      .values({
        ...{ conversation_id: id, agent_id: ids.owner, mode: 'reply', text: hostile },
        ...{ particulars: '{}', updated_at: 1 }
      })
      .execute()
  }
})
