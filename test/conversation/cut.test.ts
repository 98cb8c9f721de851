import { t } from 'tap'
import { cut, splitText } from '../../server/conversation/cut.ts'
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
