import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../server/paths.ts'
import { setup } from '../support/app.ts'

const flat = (text: string) => text.replaceAll(/\s+/g, ' ')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Everything that Sapa and this plugin say in English, as it stands in their files. */
function saidBy(plugin: string): string {
  return ['server/i18n/words', `plugins/${plugin}`]
    .flatMap(folder =>
      readdirSync(join(root, folder), { encoding: 'utf8', recursive: true }).map(name =>
        join(folder, name)
      )
    )
    .filter(path => /\.(json|ts)$/.test(path))
    .map(path => flat(read(path)))
    .join('\n')
}

for (const plugin of ['telegram', 'whatsapp']) {
  t.test(`the manual of ${plugin} says what the pages say`, async t => {
    const { sapa } = await setup(t, { isIdle: false })
    await sapa.plugins.activate(plugin)
    const manual = read(`plugins/${plugin}/README.md`)
    const said = saidBy(plugin)

    const quoted = [...manual.matchAll(/(?<!\*)\*([^*\n][^*]*?)\*(?!\*)/g)]
      .map(([, text = '']) => flat(text))
      .filter(text => text !== 'in italics')
    t.ok(quoted.length > 30, `${quoted.length} texts of ours`)
    t.same(
      quoted.filter(text => !said.includes(text)),
      [],
      'each text in italics is one of ours'
    )

    const form = sapa.channels.get(plugin)?.settings ?? {}
    const labels = Object.values(form).map(({ label }) => label.en)
    t.same(
      labels.filter(label => !quoted.includes(label)),
      [],
      'each field of the form is explained'
    )

    for (const chapter of ['Set-up', 'Limits', 'What it costs', 'Removal']) {
      t.match(manual, `\n## ${chapter}\n`)
    }
    const pictures = [...manual.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path)
    t.ok(pictures.length >= 2)
    for (const path of pictures) {
      const file = join(root, 'plugins', plugin, path)
      t.ok(existsSync(file) && statSync(file).size <= 120 * 1024, `${path} is there and small`)
    }
  })
}
