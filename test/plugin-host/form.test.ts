import t from 'tap'
import type { SettingsSchema } from '../../server/plugin-api/settings.ts'
import { emptyForm, fromBrowser, openForm, readForm } from '../../server/plugin-host/form/form.ts'
import { formFields } from '../../server/plugin-host/form/fields.ts'
import { accountForm } from '../../plugins/email/settings.ts'
import { openSecretBox } from '../../server/secret/box.ts'
import { temporaryFolder } from '../support/temporary.ts'

const label = { en: 'Field', id: 'Isian' }
const advanced = { en: 'Advanced', id: 'Lanjutan' }

const schema: SettingsSchema = {
  address: { type: 'email', label: { en: 'Address', id: 'Alamat' }, required: true },
  auth: {
    type: 'select',
    label,
    default: 'password',
    options: [
      { value: 'password', label: { en: 'Password', id: 'Kata sandi' } },
      { value: 'google', label: { en: 'Google', id: 'Google' } }
    ]
  },
  password: { type: 'secret', label, required: true, when: { field: 'auth', is: ['password'] } },
  port: { type: 'number', label, min: 1, max: 65_535, default: 993 },
  site: { type: 'url', label },
  code: { type: 'text', label, pattern: '[A-Z]{3}\\d+' },
  folders: { type: 'list', label, pattern: '[^/]+', group: advanced, isAdvanced: true },
  watchJunk: { type: 'switch', label, group: advanced, isAdvanced: true },
  signature: { type: 'textarea', label }
}

const good = {
  address: ' halo@toko.example ',
  auth: 'password',
  password: ' rahasia toko ',
  port: '143',
  site: 'https://toko.example',
  code: 'ABC12',
  folders: 'INBOX\r\n\n Arsip ',
  watchJunk: 'true',
  signature: 'Salam,\r\nToko Cahaya'
}

t.test('a form becomes values, with its secrets sealed', async t => {
  const box = openSecretBox(temporaryFolder(t))

  const form = readForm(schema, { ...good, isAdmin: 'true' }, emptyForm, box)

  t.strictSame(form.settings, {
    address: 'halo@toko.example',
    auth: 'password',
    port: 143,
    site: 'https://toko.example',
    code: 'ABC12',
    folders: ['INBOX', 'Arsip'],
    watchJunk: true,
    signature: 'Salam,\nToko Cahaya'
  })
  t.notMatch(JSON.stringify(form), /rahasia/)
  t.equal(openForm(schema, form, box)['password'], ' rahasia toko ')
})

t.test('all problems are told at once', async t => {
  const body = {
    ...{ address: 'halo', auth: 'kunci', port: 'banyak', site: 'javascript:alert(1)' },
    ...{ code: 'xABC12', folders: ['a/b'], signature: 'x'.repeat(30_000) }
  }
  const box = openSecretBox(temporaryFolder(t))

  t.throws(() => readForm(schema, body, emptyForm, box), {
    code: 'invalid',
    fields: {
      address: 'error.field.email',
      auth: 'error.field.choice',
      port: 'error.field.number',
      site: 'error.field.url',
      code: 'error.field.format',
      folders: 'error.field.format',
      signature: 'error.field.too_long'
    }
  })
  const ports = ['0', '70000'].map(port => {
    try {
      readForm(schema, { ...good, port }, emptyForm, box)
      return ''
    } catch (error) {
      return (error as { fields: Record<string, string> }).fields['port']
    }
  })
  t.same(ports, ['error.field.too_small', 'error.field.too_much'])
  t.throws(() => readForm(schema, {}, emptyForm, box), {
    code: 'invalid',
    fields: { address: 'error.field.required' }
  })
})

t.test('a secret left empty keeps the stored one, a typed one replaces it', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const first = readForm(schema, good, emptyForm, box)

  const kept = readForm(schema, { ...good, password: '' }, first, box)
  const other = readForm(schema, { ...good, password: 'yang baru' }, first, box)

  t.equal(kept.secrets['password'], first.secrets['password'])
  t.equal(openForm(schema, other, box)['password'], 'yang baru')
  t.throws(() => readForm(schema, { ...good, password: '' }, emptyForm, box), {
    code: 'invalid',
    fields: { password: 'error.field.required' }
  })
})

t.test('a stored secret goes nowhere else than where it was typed for', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const option = { isPartial: true }
  const given = { address: 'halo@toko.example', imapHost: 'mail.toko.example', password: 'rahasia' }
  const first = readForm(accountForm, given, emptyForm, box, option)
  const moves = [
    ...[{ imapHost: 'jahat.example' }, { smtpHost: 'jahat.example' }, { imapPort: '9' }],
    ...[{ smtpPort: '9' }, { imapSecurity: 'none' }, { smtpSecurity: 'none' }, { user: 'lain' }]
  ]
  for (const move of moves) {
    t.throws(
      () => readForm(accountForm, { ...move, password: '' }, first, box, option),
      { code: 'invalid', fields: { password: 'error.field.type_again' } },
      JSON.stringify(move)
    )
  }
  const same = readForm(
    accountForm,
    { ...given, imapPort: 993, password: '', name: 'Toko' },
    first,
    box,
    option
  )
  t.same(same.secrets, first.secrets, 'what the form shows by default is no change')
  const hidden = readForm(accountForm, { auth: 'google' }, first, box, option)
  t.same(hidden.secrets, {})
})

t.test(
  'what a sign-in gave is forgotten with a new server, and nobody is asked to type it',
  async t => {
    const box = openSecretBox(temporaryFolder(t))
    const option = { isPartial: true }
    const tokens = { oauthClientSecret: 'rahasia', oauthRefreshToken: 'segar' }
    const given = {
      address: 'halo@toko.example',
      auth: 'google',
      oauthClientId: 'klien',
      ...tokens
    }
    const first = readForm(accountForm, given, emptyForm, box, option)

    const moved = readForm(accountForm, { imapHost: 'jahat.example' }, first, box, option)

    t.same(Object.keys(moved.secrets), ['oauthClientSecret'])
    t.throws(() => readForm(accountForm, { oauthClientId: 'lain' }, first, box, option), {
      code: 'invalid',
      fields: { oauthClientSecret: 'error.field.type_again' }
    })
  }
)

t.test('a hidden field is not asked for and keeps what it had', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const first = readForm(schema, good, emptyForm, box)

  const google = readForm(schema, { ...good, auth: 'google', password: '' }, first, box)
  const fresh = readForm(schema, { ...good, auth: 'google', password: '' }, emptyForm, box)

  t.ok(google.secrets['password'])
  t.same(fresh.secrets, {})
})

t.test('a program may leave out what it does not change', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const first = readForm(schema, good, emptyForm, box)

  const form = readForm(schema, { port: 993 }, first, box, { isPartial: true })

  t.equal(form.settings['port'], 993)
  t.equal(form.settings['watchJunk'], true)
  t.equal(form.settings['address'], 'halo@toko.example')
  const fields = fromBrowser(schema, { port: '993' })
  const unchecked = readForm(schema, fields, first, box, { isPartial: true })
  t.equal(unchecked.settings['watchJunk'], false, 'a browser says nothing of a switch that is off')
})

t.test('hostile names pollute nothing', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const body = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}}')

  t.throws(() => readForm(schema, body, emptyForm, box))

  t.equal(({} as { polluted?: number }).polluted, undefined)
})

t.test('the drawn form speaks the language of its reader and never tells a secret', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const stored = readForm(schema, good, emptyForm, box)

  const groups = formFields(schema, stored, 'id', {
    body: { address: '<salah>' },
    problems: { address: 'Isi dengan alamat email.' }
  })

  t.same(
    groups.map(group => [group.heading, group.isAdvanced, group.fields.length]),
    [
      [null, false, 7],
      ['Lanjutan', true, 2]
    ]
  )
  const fields = groups.flatMap(group => group.fields)
  const field = (name: string) => fields.find(each => each.name === name)
  t.match(field('address'), {
    label: 'Alamat',
    value: '<salah>',
    error: 'Isi dengan alamat email.',
    required: true
  })
  t.match(field('password'), { type: 'secret', value: '', isSet: true, required: false })
  t.match(field('folders'), { type: 'textarea' })
  t.notMatch(JSON.stringify(groups), /rahasia|v1\./)
  const again = formFields(schema, stored, 'en').flatMap(group => group.fields)
  t.match(
    again.find(each => each.name === 'folders'),
    { value: 'INBOX\nArsip' }
  )
  t.match(
    again.find(each => each.name === 'port'),
    { value: 143, min: 1, max: 65_535 }
  )
})
