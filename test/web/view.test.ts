import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { escapeHtml, SafeHtml } from '../../server/web/html.ts'
import { icon } from '../../server/web/icon.ts'
import { addViews, createEta } from '../../server/web/view.ts'
import { temporaryFolder } from '../support/temporary.ts'

t.test('views print text as text', async t => {
  const eta = createEta()
  const print = (value: unknown) => eta.renderString('<%= it.value %>', { value })

  t.equal(print('<img src=x onerror=alert(1)>'), '&lt;img src=x onerror=alert(1)&gt;')
  t.equal(print(`"quoted" & 'more'`), '&quot;quoted&quot; &amp; &#39;more&#39;')
  t.equal(print(null), '')
  t.equal(print(undefined), '')
  t.equal(print(0), '0')
  t.equal(print(new SafeHtml('<b>fine</b>')), '<b>fine</b>')
  t.equal(print('<%= it.value %> {{7*7}} ${7*7}'), escapeHtml('<%= it.value %> {{7*7}} ${7*7}'))
})

t.test('icons are silent unless they carry a meaning', async t => {
  t.match(icon('clock').html, 'aria-hidden="true"')
  t.match(icon('clock', '"><script>').html, 'aria-label="&quot;&gt;&lt;script&gt;"')
})

t.test("a plugin's views have a name of their own, and go with it", async t => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'settings.eta'), '<h1><%= it.title %></h1>')
  const eta = createEta()
  const remove = addViews('telegram', folder)

  t.equal(eta.render('telegram:settings', { title: 'Bot' }), '<h1>Bot</h1>')
  t.throws(() => eta.render('telegram:../../etc/passwd', {}))
  t.throws(() => eta.render('whatsapp:settings', {}))
  remove()
  t.throws(() => createEta().render('telegram:settings', {}))
})
