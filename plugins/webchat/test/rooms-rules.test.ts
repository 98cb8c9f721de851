import { execFileSync } from 'node:child_process'
import t from 'tap'
import { accountForm } from '../form.ts'
import { changeKeys, keysOf, markOf } from '../rooms/key.ts'
import { colorWords } from '../rooms/brand.ts'
import { seenWords } from '../rooms/sighting.ts'
import { signInExamples, type Language } from '../rooms/sign-in.ts'
import { snippets } from '../rooms/snippet.ts'
import { fieldsOf, forms, type FormTab } from '../rooms/tabs.ts'
import { patchOf, storedValues, typedValues } from '../rooms/values.ts'
import { checkProof } from '../who/proof.ts'
import { needs } from '../../../test/support/require.ts'

const place = { publicUrl: 'https://bantuan.sinar.example', key: 'pub_abc' }
const account = {
  ...{ id: 7, type: 'webchat', name: 'Chat situs', isEnabled: true, createdAt: 0 },
  ...{ state: 'connected' as const, stateReason: null },
  settings: { title: 'Sinar', origins: ['sinar.example', '*.sinar.example'], offsetX: 24 }
}

t.test('every field of a widget stands in one tab', async t => {
  const placed = (Object.keys(forms) as FormTab[]).flatMap(fieldsOf)
  const known = Object.keys(accountForm).filter(name => accountForm[name]?.type !== 'secret')

  t.strictSame(placed.toSorted(), known.toSorted())
})

t.test('what people write differently is stored in one way', async t => {
  const look = typedValues('look', { brand: 'B83A17', offsetX: '24 px', title: '  Sinar ' })
  const hours = typedValues('hours', { mon: '9-12, 13.00-17.00', tue: 'pagi', wed: '' })

  t.match(look, { brand: '#b83a17', offsetX: '24', title: 'Sinar' })
  t.match(hours, { mon: '09:00-12:00, 13:00-17:00', tue: 'pagi', wed: '' })
})

t.test('a tab saves its own fields, a box without a tick too', async t => {
  const patch = patchOf(typedValues('safety', { origins: 'sinar.example\r\n\r\n *.sinar.example' }))

  t.strictSame(Object.keys(patch).toSorted(), fieldsOf('safety').toSorted())
  t.strictSame(patch['origins'], ['sinar.example', '*.sinar.example'])
  t.equal(patch['isFormOnly'], false)
  t.equal(storedValues(account)['origins'], 'sinar.example\n*.sinar.example')
  t.equal(storedValues(account)['hours'], 'always', 'what was never saved is at its default')
})

t.test('the owner reads what becomes of a colour', async t => {
  const said = (color: string) =>
    colorWords((key, values = {}) => [key, ...Object.values(values)].join('|'), color)

  t.match(said('#B83A17'), /^rooms\.color\.readable\|rooms\.color\.white/)
  t.match(said('#ffe14d'), /^rooms\.color\.readable\|rooms\.color\.dark/)
  t.match(said('#787878'), /^rooms\.color\.nudged.*#7[0-9A-F]{5}$/)
})

t.test('keys', async t => {
  const first = changeKeys(account, 'make', 'none')
  t.match(first?.made, /^[\w-]{43}$/)
  const withOne = { ...account, settings: { ...account.settings, ...first?.patch } }

  t.test('the same form sent twice makes one key', async t => {
    t.equal(changeKeys(withOne, 'make', 'none'), null)
  })

  t.test('a new key leaves the one before good until it is ended', async t => {
    const second = changeKeys(withOne, 'make', markOf(first?.made ?? ''))
    const withTwo = { ...account, settings: { ...account.settings, ...second?.patch } }

    t.strictSame(keysOf(withTwo), { current: second?.made, before: first?.made })
    t.strictSame(changeKeys(withTwo, 'end-old', '')?.patch, { signKeyBefore: '' })
    t.strictSame(changeKeys(withTwo, 'end-all', '')?.patch, { signKey: '', signKeyBefore: '' })
  })
})

t.test('the owner reads where the chat was seen', async t => {
  const now = new Date('2026-11-20T12:00:00Z')
  const seen = (minutes: number, ...names: string[]) =>
    names.map(name => ({ origin: `https://${name}.example`, at: now.getTime() - minutes * 60_000 }))

  t.equal(seenWords([], 'id', now), null)
  t.strictSame(seenWords(seen(2, 'sinar'), 'id', now), {
    sites: 'sinar.example',
    time: '2 menit yang lalu'
  })
  t.strictSame(seenWords(seen(130, 'a', 'b', 'c', 'd'), 'en', now), {
    sites: 'a.example, b.example, c.example, +1',
    time: '2 hours ago'
  })
})

t.test('every snippet names this widget', async t => {
  for (const { name, code } of snippets(place)) {
    if (name === 'api') continue
    t.match(code, place.publicUrl, name)
    if (name !== 'csp') t.match(code, place.key, name)
  }
})

t.test('what WordPress runs prints the one line', async t => {
  if (!needs(t, 'php')) return
  const [line, wordpress] = snippets(place)
  const run = `function add_action($when, $print) { echo $when, "\n"; $print(); } ${wordpress?.code}`

  const printed = execFileSync('php', ['-r', run], { encoding: 'utf8' })

  t.equal(printed, `wp_footer\n${line?.code}`)
})

const user = { id: 42, email: 'ratna@contoh.id', name: 'Ratna' }
const json = JSON.stringify
const runs: Record<Language, (key: string, person: object) => [string, string[]]> = {
  node: (key, person) => [
    process.execPath,
    [
      ...['--input-type=module', '-e'],
      `${signInExamples.node}\nprocess.stdout.write(JSON.stringify(sapaProof(${json(person)}, ${json(key)})))`
    ]
  ],
  python: (key, person) => [
    'python3',
    [
      '-c',
      `${signInExamples.python}\nimport json\nprint(json.dumps(sapa_proof(${json(person)}, ${json(key)})))`
    ]
  ],
  php: (key, person) => [
    'php',
    [
      '-r',
      `${signInExamples.php}\necho json_encode(sapa_proof(json_decode('${json(person)}', true), '${key}'));`
    ]
  ]
}

for (const language of Object.keys(runs) as Language[]) {
  t.test(`the example in ${language} is a proof that holds`, async t => {
    if (language === 'php' && !needs(t, 'php')) return
    if (language === 'python' && !needs(t, 'python3')) return
    const key = 'kunci-yang-cukup-panjang-untuk-dipakai-di-sini'
    const lock = { widget: place.key, keys: [key] }
    for (const one of [user, { id: 'a-7' }]) {
      const [program, args] = runs[language](key, one)
      const proof = JSON.parse(execFileSync(program, args, { encoding: 'utf8' }))

      const verdict = checkProof(proof, lock, Date.now())

      t.match(verdict, { isOk: true, proven: { userId: String(one.id) } })
      t.equal(checkProof({ ...proof, userId: '43' }, lock, Date.now()).isOk, false)
    }
  })
}
