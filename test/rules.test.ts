import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import type { Source } from './support/source.ts'
import * as views from './support/view-rules.ts'
import { temporaryFolder } from './support/temporary.ts'
import * as walls from './support/walls.ts'
import * as words from './support/word-rules.ts'

const file = (path: string, text: string): Source => ({ path, text })

/** Each rule finds what is planted here and lets its neighbours pass. */
const planted: { rule: walls.Rule; bad: Source[]; good: Source[] }[] = [
  {
    rule: walls.coreKnowsNoPlugin,
    bad: [
      file('server/channel/read.ts', "import { parse } from '../../plugins/email/parse.ts'"),
      file('server/app.ts', "const email = await import('../plugins/email/index.ts')")
    ],
    good: [file('plugins/email/index.ts', "import { parse } from './parse.ts'")]
  },
  {
    rule: walls.pluginsUseOneDoor,
    bad: [
      file('plugins/email/send.ts', "import { open } from '../../server/db/open.ts'"),
      file('plugins/email/send.ts', "import { html } from '../webchat/html.ts'"),
      file('plugins/email/send.ts', "import { html } from 'sapa/plugin-api'"),
      file('plugins/email/send.ts', "import {\n  type Text\n} from 'sapa/server/text'"),
      file('plugins/email/send.ts', "import { until } from '../../test/support/until.ts'")
    ],
    good: [
      file('plugins/email/send.ts', "import type { Sapa } from 'sapa/plugin-api'"),
      file('plugins/email/send.ts', "import { createTransport } from 'nodemailer'"),
      file('plugins/email/imap/poll.ts', "import { cursor } from '../cursor.ts'"),
      file('plugins/email/test/a.test.ts', "import { until } from '../../../test/support/until.ts'")
    ]
  },
  {
    rule: walls.onlyWebKnowsFastify,
    bad: [
      file('server/conversation/close.ts', "import type { FastifyReply } from 'fastify'"),
      file('plugins/email/index.ts', "import session from '@fastify/session'")
    ],
    good: [
      file('server/web/session.ts', "import session from '@fastify/session'"),
      file('server/inbox/routes.ts', "import type { FastifyInstance } from 'fastify'"),
      file('server/plugin-host/mount.ts', "import fastify from 'fastify'")
    ]
  },
  {
    rule: walls.nothingImportsTheRoot,
    bad: [file('server/inbox/routes.ts', "import { buildApp } from '../app.ts'")],
    good: [
      file('server/main.ts', "import { buildApp } from './app.ts'"),
      file('server/cli/start.ts', "import { buildApp } from '../app.ts'"),
      file('test/inbox.test.ts', "import { buildApp } from '../server/app.ts'")
    ]
  },
  {
    rule: walls.featuresImportDownward,
    bad: [
      file('server/customer/merge.ts', "import { close } from '../conversation/close.ts'"),
      file('server/conversation/close.ts', "import { list } from '../inbox/list.ts'"),
      file('server/db/open.ts', "import { find } from '../agent/find.ts'")
    ],
    good: [
      file('server/conversation/close.ts', "import { find } from '../customer/find.ts'"),
      file('server/conversation/close.ts', "import type { Row } from '../inbox/list.ts'"),
      file('server/channel/receive.ts', "import { close } from '../conversation/close.ts'"),
      file('server/conversation/routes.ts', "import { page } from '../web/page.ts'")
    ]
  },
  {
    rule: walls.coreSpeaksNoProtocol,
    bad: [file('server/agent/invite.ts', "import { createTransport } from 'nodemailer'")],
    good: [file('plugins/email/send.ts', "import { createTransport } from 'nodemailer'")]
  },
  {
    rule: walls.coreNamesNoChannel(['email', 'whatsapp']),
    bad: [
      file('server/channel/send.ts', "if (account.channel === 'whatsapp') wait()"),
      file('server/channel/send.ts', "if (account.type !== 'email') wait()"),
      file('server/channel/send.ts', "const row = { channel_type: 'email' }"),
      file('server/channel/send.ts', "switch (type) { case 'whatsapp': wait() }"),
      file('server/channel/send.ts', "const module = codeFile('plugins/email/index')")
    ],
    good: [
      file('server/channel/send.ts', "if (identity.kind === 'email') wait()"),
      file('server/channel/send.ts', "// such as account.type === 'email'\nwait()"),
      file('plugins/email/index.ts', "const channel = { type: 'email' }")
    ]
  },
  {
    rule: walls.noConsole,
    bad: [file('server/main.ts', "console.log('ready')")],
    good: [
      file('server/cli/doctor.ts', "console.log('ready')"),
      file('server/main.ts', '/* console.log is for the command line */')
    ]
  },
  {
    rule: walls.testsArePatient,
    bad: [
      file('test/inbox/a.browser.test.ts', "await page.waitForFunction('window.isKnown')"),
      file('plugins/email/test/a.test.ts', 't.setTimeout(120_000)'),
      file('test/a.test.ts', 'await until(isGone, { deadlineMs: 5_000 })'),
      file('test/a.test.ts', 'await send(step, AbortSignal.timeout(5000))')
    ],
    good: [
      file('test/a.test.ts', 't.setTimeout(fileMs)'),
      file('test/a.test.ts', 'await find(AbortSignal.timeout(50))'),
      file('test/bench/mail.ts', 'await until(isGone, { deadlineMs: 60_000 })')
    ]
  },
  {
    rule: walls.filesStaySmall,
    bad: [
      file('server/conversation.ts', 'a\n'.repeat(301)),
      file('views/inbox.eta', 'a\n'.repeat(121)),
      file('public/css/inbox.css', 'a\n'.repeat(251))
    ],
    good: [
      file('server/conversation.ts', 'a\n'.repeat(300)),
      file('views/a.eta', 'a\n'.repeat(120))
    ]
  },
  {
    rule: walls.pathsNameThings,
    bad: [
      file('server/inbox/routes.ts', "app.post('/conversations/:id/close', {}, close)"),
      file('server/inbox/routes.ts', "app.get<{ Params: Id }>('/customers/list', list)")
    ],
    good: [
      file('server/inbox/routes.ts', "app.put('/conversations/:id/closure', {}, close)"),
      file('server/inbox/routes.ts', "app.get('/settings/accounts/new', form)")
    ]
  },
  {
    rule: views.viewsObeyThePolicy,
    bad: [
      file('views/a.eta', '<script>go()</script>'),
      file('views/a.eta', '<p class="a" style="color: red">'),
      file('views/a.eta', '<p onclick="go()">'),
      file('views/a.eta', '<p hx-on:click="go()">'),
      file('views/a.eta', '<p hx-vals="js:{a: go()}">'),
      file('views/a.eta', '<p hx-trigger="click[ctrlKey]">'),
      file('views/a.eta', '<a href="javascript:go()">')
    ],
    good: [
      file('views/a.eta', '<script type="module" src="/js/main.js"></script>'),
      file('views/a.eta', '<script type="application/json" id="config">{}</script>'),
      file('views/a.eta', '<p data-style="wide" hx-trigger="input changed delay:300ms">')
    ]
  },
  {
    rule: views.rawOutputIsSafe,
    bad: [
      file('views/a.eta', '<p><%~ it.message.text %></p>'),
      file('views/a.eta', '<p><%~ safeHtml + it.text %></p>')
    ],
    good: [
      file('views/a.eta', "<%~ include('./_row', { row }) %><%~ it.body %>"),
      file('views/a.eta', '<p><%~ it.message.safeHtml %></p><%= it.message.text %>')
    ]
  },
  {
    rule: views.htmxSettingsTakeEffect,
    bad: [
      file('views/a.eta', '<div class="a > b" hx-target="#list"><a hx-get="/b">b</a></div>'),
      file('views/a.eta', '<main\n  hx-headers=\'{"a": 1}\'></main>')
    ],
    good: [
      file('views/a.eta', '<div hx-target:inherited="#list"><a hx-get="/b">b</a></div>'),
      file('views/a.eta', '<button hx-put="/a/<%= it.id > 1 %>" hx-target="#a" disabled>'),
      file('views/a.eta', '<hx-partial hx-target="#a" hx-swap="innerHTML"></hx-partial>'),
      file('views/a.eta', '<div hx-sse:connect="/live" hx-swap="none"></div>')
    ]
  }
]

for (const { rule, bad, good } of planted) {
  t.test(`${rule.name || 'coreNamesNoChannel'} finds what was planted`, async t => {
    for (const source of bad) t.match(rule([source]), [new RegExp(source.path)], source.text)
    for (const source of good) t.same(rule([source]), [], source.text)
  })
}

t.test('a violation is told with its line', async t => {
  const source = file('server/main.ts', "// one\n\nimport a from '../plugins/email/index.ts'")

  t.same(walls.coreKnowsNoPlugin([source]), [
    'server/main.ts:3 core imports plugins/email/index.ts'
  ])
})

t.test('words in one language or with other blanks are found', async t => {
  const entry = (en: unknown, id: unknown) => [
    file('a.json', JSON.stringify({ hello: { en, id } }))
  ]

  t.same(words.bothLanguages(entry('Hello {name}', 'Halo {name}')), [])
  t.same(words.bothLanguages(entry('Hello', '')), ['a.json hello is not in both languages'])
  t.match(words.bothLanguages(entry('Hello {name}', 'Halo {nama}')), [/other blanks/])
})

t.test('a key in two files is found', async t => {
  const [a, b] = [file('a.json', '{"hello":{}}'), file('b.json', '{"hello":{}}')]

  t.same(words.keysAreUnique([a, b]), ['b.json hello is also in a.json'])
})

t.test('keys that are missing or left over are found', async t => {
  const code = [
    file('views/a.eta', "<%= it.t('inbox.title') %>"),
    file('server/a.ts', "t(`error.${code}`); const key = 'inbox.empty' // 'inbox.old'")
  ]

  t.same(words.keysExist(code, new Set()), ['views/a.eta:1 inbox.title has no words'])
  t.same(words.keysExist(code, new Set(['inbox.title'])), [])
  const known = new Set(['inbox.title', 'inbox.empty', 'inbox.old', 'error.not_found'])
  t.same(words.keysAreUsed(code, known), ['inbox.old is used nowhere'])
})

t.test("a plugin's languages are compared", async t => {
  const en = file('en.json', '{"host":"Server","sent":"Sent {count}"}')
  const id = file('id.json', '{"sent":"Terkirim {jumlah}","lama":"Lama"}')

  t.same(words.sameKeys(en, en), [])
  t.same(words.sameKeys(en, id), [
    'id.json has no host',
    'en.json has no lama',
    'id.json sent has other blanks than en'
  ])
})

t.test('exports and packages that nothing uses are found', async t => {
  const folder = temporaryFolder(t)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('package.json', '{"dependencies":{"eta":"1","kysely":"1"},"devDependencies":{"tap":"1"}}')
  write('server/close.ts', 'export const close = 1\nexport type Row = 1\nexport const old = 2')
  write('server/routes.ts', "import { close, type Row } from './close.ts'\nimport 'kysely'")
  write('server/page.ts', "import tap from 'tap'\nimport pino from 'pino'")

  const output = await new Promise<string>(done => {
    execFile('node', [resolve('bin/unused.js')], { cwd: folder }, (_error, stdout) => done(stdout))
  })

  t.same(output.trim().split('\n'), [
    'server/close.ts old is exported, but imported nowhere',
    'eta is in package.json, but used nowhere',
    'server/page.ts imports tap, which is not in dependencies',
    'server/page.ts imports pino, which is not in dependencies'
  ])
})
