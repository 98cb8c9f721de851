import { t } from 'tap'
import { cut, splitText } from '../../server/conversation/step/cut.ts'
import { chatLike, mailLike } from '../support/scripted-channel.ts'

t.test('texts are cut between words and never inside a character', t => {
  const family = '👨‍👩‍👧‍👦'
  t.same(splitText('satu dua tiga empat', 9), ['satu dua', 'tiga', 'empat'])
  t.same(splitText('baris satu\nbaris dua', 12), ['baris satu', 'baris dua'])
  t.same(splitText(family.repeat(3), 25), [family.repeat(2), family])
  t.same(
    splitText('a'.repeat(25), 10).map(piece => piece.length),
    [10, 10, 5]
  )
  t.same(splitText('pas', 3), ['pas'])

  const files = [1, 2, 3].map(id => ({ id, size: 400_000 }))
  const chat = cut({ text: 'Halo', attachments: files }, chatLike)
  t.same(
    chat.map(part => part.attachmentIds),
    [[], [1], [2], [3]]
  )
  const mail = cut({ text: 'Halo', html: '<p>Halo</p>', attachments: files }, mailLike)
  t.same(mail, [{ text: 'Halo', html: '<p>Halo</p>', attachmentIds: [1, 2, 3] }])
  const plain = cut({ text: '', html: '<p>Halo <b>Bu</b></p>', attachments: [] }, chatLike)
  t.same(plain, [{ text: 'Halo Bu', attachmentIds: [] }])
  t.end()
})

const markedLimits = {
  text: { maxLength: 60, format: 'markdown' as const },
  attachments: { perStep: 1, maxBytes: 100, withText: true, maxText: 20 }
}

t.test('what is marked is never cut in two', t => {
  const pieces = ['**dua kata**', '_miring sekali_', '~sudah tidak~', '`npm ci`', 'biasa saja.']
  const more = ['[buka laman](https://toko.example/a)', '```\nbaris satu\n\nbaris dua\n```', 'Baik']
  const all = [...pieces, ...more]
  let seed = 7
  const next = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most
  for (let round = 0; round < 300; round++) {
    const words = Array.from({ length: 5 + next(40) }, () => all[next(all.length)] ?? '')
    const text = words.join([' ', '\n', '\n\n'][next(3)])
    const parts = cut({ text, attachments: [] }, markedLimits).map(part => part.text)
    const whole = (given: string) => given.replaceAll(/\s+/g, ' ')
    if (whole(parts.join(' ')) !== whole(text)) t.fail(`words are lost of ${text}`)
    if (parts.some(part => part.length > 60)) t.fail(`too long: ${text}`)
    const torn = parts.find(
      part => (part.match(/\*\*|~|```/g) ?? []).length % 2 === 1 || /\[[^\]]*$/.test(part)
    )
    if (torn) t.fail(`torn: ${torn}`)
  }
  const long = `**${'kata '.repeat(40).trim()}**`
  const parts = cut({ text: long, attachments: [] }, markedLimits)
  t.ok(
    parts.every(part => part.text.length <= 60),
    'one that is too long by itself is cut'
  )
  t.end()
})

t.test('a text that is too long to stand under a file goes before it', t => {
  const text = 'Ini faktur yang Anda minta'
  const attachments = [{ id: 1, size: 10 }]
  t.same(cut({ text, attachments }, markedLimits), [
    { text, attachmentIds: [] },
    { text: '', attachmentIds: [1] }
  ])
  t.same(cut({ text: 'Ini', attachments }, markedLimits), [{ text: 'Ini', attachmentIds: [1] }])
  t.end()
})
