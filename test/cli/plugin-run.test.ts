import t, { type Test } from 'tap'
import { hasStack, sapa } from '../support/command.ts'
import { dropExample } from '../support/example.ts'
import { make } from '../support/factory.ts'
import { fileMs } from '../support/patience.ts'
import { pluginWorld } from '../support/plugin-world.ts'

t.setTimeout(fileMs)

const setupCode = `
  const command = (name, run) => sapa.command({ name, summary: 'tries ' + name, run })
  command('gema', async (args, terminal) => { terminal.say(JSON.stringify(args)); return 3 })
  command('pecah', async () => { throw new Error('Berkas rusak\\nbaris kedua') })
  command('aneh', async () => 'selesai')
  command('tinggal', async (args, terminal) => { setInterval(() => {}, 1000); terminal.say('beres') })`

async function setup(t: Test) {
  const world = await pluginWorld(t)
  const run = (...words: string[]) => sapa(world.folder, ['plugin', 'run', ...words])
  const refused = async (words: string[], why: RegExp) => {
    const outcome = await run(...words)
    t.match(outcome, { code: 1, out: '', err: why }, words.join(' '))
    t.equal(outcome.err.trim().split('\n').length, 1, 'one sentence')
    t.notOk(hasStack(outcome))
  }
  return { ...world, run, refused }
}

t.test('a command of a plugin runs at the terminal', async t => {
  const { drop, plugins, run } = await setup(t)
  drop('poin', setupCode)
  t.match(await plugins.activate('poin'), { state: 'active' })

  const listed = await run('poin')
  t.match(listed, { code: 0, err: '' })
  t.match(listed.out, /^gema +tries gema\n.*aneh +tries aneh\n/s)
  const echo = await run('poin', 'gema', 'satu', '--dua', '-h')
  t.match(echo, { code: 3, out: '["satu","--dua","-h"]\n', err: '' }, 'options are its own')
  t.match(await run('poin', 'tinggal'), { code: 0, out: 'beres\n' }, 'a timer keeps nobody')
  t.equal((await plugins.find('poin')).state, 'active')
})

t.test('what cannot run says so in a sentence', async t => {
  const { drop, plugins, refused } = await setup(t)
  drop('poin', setupCode)
  drop('mati', setupCode)
  drop('sepi', '')
  drop('rusak', 'sapa.command({ name: "Salah Nama" })')
  for (const id of ['poin', 'sepi', 'rusak']) await plugins.activate(id)

  await refused(['tidak-ada'], /There is no plugin tidak-ada here/)
  await refused(['mati', 'gema'], /The plugin mati is switched off/)
  await refused(['sepi'], /sepi has no commands/)
  await refused(['poin', 'ambil'], /no command ambil\. It has: gema, pecah, aneh, tinggal/)
  await refused(['poin', 'pecah'], /pecah of poin failed: Berkas rusak$/m)
  await refused(['poin', 'aneh'], /aneh of poin ended without a usable exit code/)
  await refused(['rusak'], /must match/)
  const faults = await plugins.calls.faults.list('poin')
  t.match(faults, [{ entry: 'command aneh' }, { entry: 'command pecah' }], 'kept for the owner')
})

t.test('the example gives points, and asks the plugins that it uses', async t => {
  const { folder, plugins, run, db, drop } = await setup(t)
  dropExample(folder, 'points')
  const code = `sapa.command({ name: 'saldo', summary: 'prints points', run: async ([id], { say }) =>
    say(String(await sapa.use('points')?.balance(Number(id)))) })`
  drop('lain', code, { manifest: { optional: { plugins: { points: '^1.0' } } } })
  await plugins.activate('points')
  await plugins.activate('lain')
  const { id } = await make.customer(db)

  t.match(await run('points'), { code: 0, out: /^give +give CUSTOMER POINTS/ })
  t.match(await run('points', 'give', String(id), '40'), { code: 0, out: '40\n' })
  t.match(await run('lain', 'saldo', String(id)), { code: 0, out: '40\n' })
  t.match(await run('points', 'give', '999', '1'), { code: 1, err: /There is no customer 999/ })
  t.match(await run('points', 'give', String(id), 'banyak'), { code: 1, err: /whole numbers/ })
})
