import t from 'tap'
import { checkGrowth } from '../../../test/support/growth.ts'
import { findVisible, visibleText } from '../parse/quote/visible.ts'
import { mail, readMessage } from './support.ts'

const visible = (text: string, isForward = false): string =>
  visibleText(findVisible(text, isForward))

const attributions = [
  'Pada Sen, 16 Nov 2026 pukul 10.12 Toko Sapa <support@tokosapa.example> menulis:',
  'Pada tanggal Sen, 16 Nov 2026 pukul 10.12 Toko Sapa <support@tokosapa.example> menulis:',
  'Pada 16 Nov 2026, pukul 10.12, Toko Sapa <support@tokosapa.example> menulis:',
  'Pada Senin, 16 November 2026 pukul 10.12.33 WIB, Toko Sapa <support@tokosapa.example> menulis:',
  'Pada 16/11/26 10.12, Toko Sapa menulis:',
  'Pada 16 Nov 2026, Toko Sapa telah menulis:',
  'On Mon, Nov 16, 2026 at 10:12 AM Toko Sapa <support@tokosapa.example> wrote:',
  'On 16/11/2026 10.12, Toko Sapa wrote:',
  'Am Mo., 16. Nov. 2026 um 10:12 Uhr schrieb Toko Sapa <support@tokosapa.example>:',
  'Am 16.11.2026 um 10:12 hat Toko Sapa geschrieben:',
  'Le lun. 16 nov. 2026 à 10:12, Toko Sapa <support@tokosapa.example> a écrit :',
  'El lun, 16 nov 2026 a las 10:12, Toko Sapa (<support@tokosapa.example>) escribió:',
  'Em seg., 16 de nov. de 2026 às 10:12, Toko Sapa <support@tokosapa.example> escreveu:',
  'Il giorno lun 16 nov 2026 alle ore 10:12 Toko Sapa <support@tokosapa.example> ha scritto:',
  'Op ma 16 nov. 2026 om 10:12 schreef Toko Sapa <support@tokosapa.example>:',
  'W dniu pon., 16.11.2026 o 10:12 Toko Sapa <support@tokosapa.example> napisał(a):',
  'Den mån 16 nov. 2026 kl 10:12 skrev Toko Sapa <support@tokosapa.example>:',
  'tir. 18. apr. 2017 kl. 13:09 skrev Toko Sapa <support@tokosapa.example>:',
  'pe 20. lokakuuta 2017 klo 17.50 Toko Sapa (support@tokosapa.example) kirjoitti:',
  'ср, 30 апр. 2025 г. в 15:19, Toko Sapa <support@tokosapa.example>:',
  'пн, 16 нояб. 2026 г. в 10:12, Toko Sapa <support@tokosapa.example> написал(а):',
  'Vào Th 2, 16 thg 11, 2026 vào lúc 10:12 Toko Sapa <support@tokosapa.example> đã viết:',
  'เมื่อ จ. 16 พ.ย. 2026 เวลา 10:12 Toko Sapa <support@tokosapa.example> เขียนว่า:',
  '16 Kas 2026 Pzt 10:12 tarihinde Toko Sapa <support@tokosapa.example> şunu yazdı:',
  'Toko Sapa <support@tokosapa.example> 于2026年11月16日周一 10:12写道：',
  '2026年11月16日(月) 10:12 Toko Sapa <support@tokosapa.example>:',
  '30.09.2017, 18.30, "Toko Sapa" <support@tokosapa.example>:',
  '11:00 AM, November 17, 2021, "Toko Sapa" <support@tokosapa.example>:'
]

for (const attribution of attributions) {
  t.test(`a quote is folded after: ${attribution}`, async t => {
    t.equal(
      visible(`Belum sampai, kak.\n\n${attribution}\n\n> Halo Budi,\n> sedang kami lacak.\n`),
      'Belum sampai, kak.'
    )
    t.equal(
      visible(`Belum sampai, kak.\n\n${attribution}\n\nHalo Budi,\nsedang kami lacak.\n`),
      'Belum sampai, kak.'
    )
  })
}

const headers = {
  Indonesian: [
    'Dari: Toko Sapa',
    'Dikirim: Senin, 16 November 2026 10.12',
    'Kepada: Budi',
    'Subjek: Pesanan'
  ],
  Malay: ['Daripada: Toko Sapa', 'Dihantar: Isnin', 'Kepada: Budi', 'Subjek: Pesanan'],
  English: [
    '*From:* Toko Sapa',
    '*Sent:* Monday, November 16, 2026',
    '*To:* Budi',
    '*Subject:* Pesanan'
  ],
  German: ['Von: Toko Sapa', 'Gesendet: Montag', 'An: Budi', 'Betreff: Pesanan'],
  French: ['De : Toko Sapa', 'Envoyé : lundi', 'À : Budi', 'Objet : Pesanan'],
  Chinese: ['发件人：Toko Sapa', '发送时间：2026', '收件人：Budi', '主题：Pesanan']
}

for (const [language, block] of Object.entries(headers)) {
  t.test(`a header block in ${language} begins the history`, async t => {
    const rule = '________________________________'
    t.equal(
      visible(`Sudah saya transfer.\n\n${rule}\n${block.join('\n')}\n\nHalo Budi,\n`),
      'Sudah saya transfer.'
    )
  })
}

t.test('words between dashes begin the history', async t => {
  t.equal(visible('Baik.\n\n-------- Pesan Asli --------\nHalo Budi\n'), 'Baik.')
  t.equal(visible('Ok.\n\n-----Original Message-----\nHi Budi\n'), 'Ok.')
})

t.test('a wrapped attribution is found over several lines', async t => {
  const wrapped =
    'Pada Sen, 16 Nov 2026 pukul 10.12\nToko Sapa yang panjang sekali namanya\n<support@tokosapa.example>\nmenulis:\n\n> Halo'

  t.equal(visible(`Terima kasih\n\n${wrapped}`), 'Terima kasih')
})

t.test('an answer below the quote is what counts', async t => {
  t.equal(
    visible('Pada 16/11/26 10.12, Dewi menulis:\n> Sudah sampai?\n\nSudah, terima kasih.'),
    'Sudah, terima kasih.'
  )
})

t.test('answers between quoted questions stay with their questions', async t => {
  const inline = '> Nomor resi?\n\nTS-8841\n\n> Alamat?\n\nJl. Melati 5'

  t.equal(visible(`Pada 16/11/26 10.12, Dewi menulis:\n${inline}`), inline)
  t.match(
    visible(`Jawaban saya di bawah.\n\nPada 16/11/26 10.12, Dewi menulis:\n${inline}`),
    /Jl\. Melati 5/
  )
})

t.test('a greeting above the quote does not hide the answer below', async t => {
  const quote = 'Pada 16/11/26 10.12, Dewi menulis:\n> Sudah sampai?\n'
  const long = 'Sudah sampai tadi pagi, terima kasih.'

  t.match(
    visible(`Halo kak,\n\n${quote}\nSudah, terima kasih.`),
    /^Halo kak,[\s\S]*terima kasih\.$/
  )
  t.match(visible(`Halo,\n\n${quote}Sudah.\n> Lengkap?\nLengkap.`), /Lengkap\.$/)
  t.equal(visible(`Halo,\n\n${quote}\n-- \nBudi`), 'Halo,')
  t.equal(visible(`${long}\n\n${quote}\nBudi`), long)
})

t.test('an attribution may lack its colon', async t => {
  const sentence = 'Pada 3 hari lalu dewi@tokosapa.example menulis\nbahwa barang ada'

  t.equal(
    visible('Ok.\n\nOn Wed, 14 Nov 2026 08:14 Dewi <dewi@tokosapa.example> wrote\n\nHalo'),
    'Ok.'
  )
  t.equal(visible(`Halo.\n\n${sentence}`), `Halo.\n\n${sentence}`)
})

t.test('without an announcement only quoted lines at the end are folded', async t => {
  t.equal(visible('Setuju.\n\n> Kirim ulang?\n> Besok?'), 'Setuju.')
  t.equal(visible('> Kirim ulang?\n\nSetuju.'), '> Kirim ulang?\n\nSetuju.')
})

t.test('a mail is never folded away as a whole without a reason to', async t => {
  t.equal(visible('> hanya kutipan'), '> hanya kutipan')
  t.match(
    visible('Dari: Rina\nTanggal: Senin\nKepada: Dewi\n\nHalo, ada harga grosir?'),
    /harga grosir/
  )
  t.equal(
    visible('Catatan: 3 barang rusak:\n- panci\n- wajan'),
    'Catatan: 3 barang rusak:\n- panci\n- wajan'
  )
  t.equal(
    visible('Dari: Jakarta ke Bandung\nberapa ongkirnya?'),
    'Dari: Jakarta ke Bandung\nberapa ongkirnya?'
  )
  const order =
    'Mau kirim paket, kak.\n\nDari: Jakarta\nKe: Bandung\nTanggal: 17 November\n\nBerapa ongkirnya?'
  t.equal(visible(order), order)
})

t.test('what is forwarded stays visible', async t => {
  const marked =
    'Mohon dicek\n\n---------- Pesan Diteruskan ---------\nDari: Rina <rina@calon.example>\nTanggal: Senin\nSubjek: Grosir\n\nBerapa?'
  const bare =
    'Mohon dicek\n\nFrom: Rina <rina@calon.example>\nSent: Monday\nTo: Budi\nSubject: Grosir\n\nBerapa?'

  t.equal(visible(marked), marked)
  t.equal(visible(bare, true), bare)
})

t.test('signatures are folded', async t => {
  t.equal(visible('Baik, kak.\n\n-- \nBudi Santoso\n0812-0000-0000'), 'Baik, kak.')
  for (const line of [
    'Dikirim dari iPhone saya',
    'Terkirim dari Yahoo Mail di Android',
    'Sent from my iPhone',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
    'Dapatkan Outlook untuk Android'
  ]) {
    t.equal(visible(`Baik, kak.\n\n${line}\n`), 'Baik, kak.')
  }
  t.equal(visible('-- \nBudi'), '-- \nBudi'.replace('-- ', '--'))
})

t.test('folding keeps the whole within reach', async t => {
  const whole = 'Belum sampai.\n\nPada 16/11/26 10.12, Dewi menulis:\n> Sudah sampai?'
  const message = await readMessage(mail(whole))

  t.equal(message.text, 'Belum sampai.')
  t.equal(message.fullText, whole)
  t.equal((await readMessage(mail('Belum sampai.'))).fullText, undefined)
})

/** One mail of each kind held other libraries for seconds. */
const hostile: Record<string, (size: number) => string> = {
  blanks: size => ' '.repeat(size),
  'blanks and a letter': size => `${' '.repeat(size)}x`,
  openers: size => 'On '.repeat(size / 3),
  'wrapped openers': size => 'On 1 <\n'.repeat(size / 7),
  'colon lines': size => 'On 1 wrote:x:\n'.repeat(size / 14),
  'long quote': size => '> sedang kami lacak nomor 12:\n'.repeat(size / 30),
  'quote marks': size => '>'.repeat(size),
  labels: size => 'From: a\n'.repeat(size / 8),
  dashes: size => '-'.repeat(size),
  'dash lines': size => '--\n'.repeat(size / 3),
  'signature lines': size => 'Sent from my iPhone\n'.repeat(size / 20),
  brackets: size => '<@'.repeat(size / 2),
  'open brackets': size => `1 ${'<a@a'.repeat(size / 4)}:`,
  digits: size => `${'1'.repeat(size)}:`,
  'one long line': size => `On ${'a'.repeat(size)} wrote:`
}

for (const [name, make] of Object.entries(hostile)) {
  t.test(`${name} do not hold up the reader`, async t => {
    checkGrowth(t, 200_000, size => visible(make(size)))
    checkGrowth(t, 5_000_000, size => visible(make(size)))
  })
}
