import t from 'tap'
import { checkGrowth } from '../../../test/support/growth.ts'
import { stripPage } from '../parse/html/strip.ts'
import { htmlMail, mail, readMessage, squeezed } from './support.ts'

const answer = 'Belum sampai, kak. Mohon dicek.'
const history = 'Pesanan Anda sedang kami lacak.'

/** How mail programs put an answer above its history. */
const replies: Record<string, string> = {
  'Gmail in Indonesian': `<div dir="ltr">Belum sampai, kak.<div>Mohon dicek.</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Pada Sen, 16 Nov 2026 pukul 10.12 Toko Sapa &lt;<a href="mailto:support@tokosapa.example">support@tokosapa.example</a>&gt; menulis:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>${history}</div></blockquote></div>`,
  'Gmail in English, older': `<div dir="ltr">Belum sampai, kak. Mohon dicek.</div><div class="gmail_extra"><br><div class="gmail_quote">On Mon, Nov 16, 2026 at 10:12 AM, Toko Sapa <span dir="ltr">&lt;<a href="mailto:support@tokosapa.example" target="_blank">support@tokosapa.example</a>&gt;</span> wrote:<br><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">${history}</blockquote></div><br></div>`,
  'Gmail with a signature': `<div dir="ltr">Belum sampai, kak. Mohon dicek.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Budi Santoso</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Mon wrote:</div><blockquote class="gmail_quote">${history}</blockquote></div>`,
  'Outlook on a desktop': `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang="EN-US"><div class="WordSection1"><p class="MsoNormal">Belum sampai, kak.<o:p></o:p></p><p class="MsoNormal">Mohon dicek.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Dari:</b> Toko Sapa &lt;support@tokosapa.example&gt;<br><b>Dikirim:</b> Senin, 16 November 2026 10.12<br><b>Kepada:</b> Budi<br><b>Subjek:</b> Pesanan<o:p></o:p></p></div></div><p class="MsoNormal">${history}</p></div></body></html>`,
  'Outlook 365 on the web': `<html><head></head><body dir="ltr"><div style="font-family:Calibri">Belum sampai, kak.</div><div style="font-family:Calibri">Mohon dicek.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> Toko Sapa &lt;support@tokosapa.example&gt;<br><b>Sent:</b> Monday, November 16, 2026 10:12 AM<br><b>To:</b> Budi<br><b>Subject:</b> Pesanan</font><div>&nbsp;</div></div><div>${history}</div></body></html>`,
  'Outlook, the new one': `<div class="elementToProof">Belum sampai, kak. Mohon dicek.</div><div id="mail-editor-reference-message-container"><hr style="display: inline-block; width: 98%;"><div id="divRplyFwdMsg"><b>From:</b> Toko Sapa</div><div>${history}</div></div>`,
  'Outlook on a phone': `<html><body><div dir="auto">Belum sampai, kak. Mohon dicek.</div><div id="ms-outlook-mobile-signature" dir="auto">Dapatkan <a href="https://aka.ms/AAb9ysg">Outlook untuk Android</a></div><div id="mail-editor-reference-message-container"><hr><b>Dari:</b> Toko Sapa<br>${history}</div></body></html>`,
  'Apple Mail': `<html><body style="word-wrap: break-word;">Belum sampai, kak.<div>Mohon dicek.<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 16 Nov 2026, at 10.12, Toko Sapa &lt;support@tokosapa.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>${history}</div></blockquote></div><br></div></body></html>`,
  'iPhone in Indonesian': `<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">Belum sampai, kak. Mohon dicek.<br><br><div dir="ltr">Dikirim dari iPhone saya</div><div dir="ltr"><br><blockquote type="cite">Pada 16 Nov 2026, pukul 10.12, Toko Sapa menulis:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">${history}</div></blockquote></body></html>`,
  Yahoo: `<html><body><div class="ydp1yahoo-style-wrap" style="font-family:Helvetica"><div dir="ltr">Belum sampai, kak. Mohon dicek.</div><div><br></div></div><div id="ydp2yahoo_quoted_1234567890" class="ydp2yahoo_quoted"><div><div>Pada Senin, 16 November 2026 pukul 10.12.33 WIB, Toko Sapa &lt;support@tokosapa.example&gt; menulis:</div><div><br></div><div>${history}</div></div></div></body></html>`,
  Thunderbird: `<html><body><p>Belum sampai, kak. Mohon dicek.<br></p><div class="moz-cite-prefix">Pada 16/11/26 10.12, Toko Sapa menulis:<br></div><blockquote type="cite" cite="mid:1@tokosapa.example"><p>${history}</p></blockquote></body></html>`,
  'Thunderbird, answer below': `<html><body><div class="moz-cite-prefix">Pada 16/11/26 10.12, Toko Sapa menulis:<br></div><blockquote type="cite" cite="mid:1@tokosapa.example"><p>${history}</p></blockquote><p>Belum sampai, kak. Mohon dicek.</p><div class="moz-signature">-- <br>Budi</div></body></html>`,
  Proton: `<div style="font-family: Arial;">Belum sampai, kak. Mohon dicek.</div><div class="protonmail_signature_block"><div>Sent with <a href="https://proton.me">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Monday, November 16th, 2026 at 10:12, Toko Sapa wrote:<br><blockquote class="protonmail_quote" type="cite">${history}</blockquote></div>`,
  Hotmail: `<html><head><style><!-- .hmmessage P {margin:0px} --></style></head><body class="hmmessage"><div dir="ltr">Belum sampai, kak. Mohon dicek.<br><br><div><hr id="stopSpelling">From: support@tokosapa.example<br>To: budi@pelanggan.example<br>Subject: Pesanan<br>Date: Mon, 16 Nov 2026<br><br>${history}</div></div></body></html>`,
  'Outlook on a Mac': `<html><body><div>Belum sampai, kak. Mohon dicek.</div><div><br></div><span id="OLK_SRC_BODY_SECTION"><div style="border-top: #b5c4df 1pt solid"><span>From: </span>Toko Sapa</div><div>${history}</div></span></body></html>`,
  Zoho: `<div>Belum sampai, kak. Mohon dicek.<br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Mon, 16 Nov 2026 Toko Sapa wrote ---</div><blockquote>${history}</blockquote></div>`,
  Tutanota:
    `<div>Belum sampai, kak. Mohon dicek.</div><div>16 Nov 2026, 10:12 by support@tokosapa.example:</div><blockquote class="tutanota_quote">${history}</blockquote>`.replace(
      '<div>16',
      '<div class="tutanota_quote">16'
    ),
  'a program without any mark': `<p>Belum sampai, kak. Mohon dicek.</p><p>Pada Senin, 16 November 2026 10:12, Toko Sapa menulis:</p><blockquote>${history}</blockquote>`,
  'a program that quotes nothing': `<div>Belum sampai, kak. Mohon dicek.</div><div>On 2026-11-16 10:12, Toko Sapa &lt;support@tokosapa.example&gt; wrote:</div><div>${history}</div>`
}

for (const [program, html] of Object.entries(replies)) {
  t.test(`the answer of ${program} stands without its history`, async t => {
    const message = await readMessage(htmlMail(html, { Subject: 'Re: Pesanan' }))

    t.equal(squeezed(message.text), answer)
    t.notMatch(message.html, /sedang kami lacak|menulis:|wrote|Dari:|From:/)
    t.match(squeezed(message.html), /Mohon dicek\./)
    t.match(message.fullHtml, history)
    t.match(message.fullText, history)
  })
}

t.test('answers between the quotes of Gmail and Thunderbird are kept', async t => {
  const gmail = `<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 16, 2026 Dewi wrote:<br></div><blockquote class="gmail_quote">Nomor resi?</blockquote><div>TS-8841</div><blockquote class="gmail_quote">Alamat?</blockquote><div>Jl. Melati 5</div></div>`
  const thunderbird = `<div class="moz-cite-prefix">On 16/11/26, Dewi wrote:</div><blockquote type="cite">Nomor resi?</blockquote><p>TS-8841</p><blockquote type="cite">Alamat?</blockquote><p>Jl. Melati 5</p>`

  for (const html of [gmail, thunderbird]) {
    const message = await readMessage(htmlMail(html))
    t.equal(squeezed(message.text), '> Nomor resi? TS-8841 > Alamat? Jl. Melati 5')
    t.match(message.html, /Nomor resi/)
  }
})

t.test('a greeting above does not change that', async t => {
  const quotes =
    '<blockquote type="cite">Nomor resi?</blockquote><p>TS-8841</p><blockquote type="cite">Alamat?</blockquote><p>Jl. Melati 5</p>'
  const message = await readMessage(
    htmlMail(`<p>Halo kak,</p><div class="moz-cite-prefix">On 16/11/26, Dewi wrote:</div>${quotes}`)
  )

  t.equal(squeezed(message.text), 'Halo kak, > Nomor resi? TS-8841 > Alamat? Jl. Melati 5')
})

t.test('a forwarded message is no quote', async t => {
  const gmail = `<div dir="ltr">Mohon dicek<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>Dari: <strong>Rina</strong> &lt;rina@calon.example&gt;<br>Date: Sel, 17 Nov 2026<br>Subject: Grosir<br>To: Budi<br></div><br><p>Berapa harga 50 pcs?</p></div></div>`
  const outlook = `<p>Mohon dicek</p><div id="divRplyFwdMsg"><b>Dari:</b> Rina &lt;rina@calon.example&gt;<br><b>Dikirim:</b> Senin<br><b>Kepada:</b> Budi<br><b>Subjek:</b> Grosir</div><div>Berapa harga 50 pcs?</div>`

  for (const html of [gmail, outlook]) {
    const message = await readMessage(htmlMail(html, { Subject: 'Fwd: Grosir' }))
    t.match(message.text, /Mohon dicek[\s\S]*Berapa harga 50 pcs\?/)
    t.equal(message.forwarded?.from.value, 'rina@calon.example')
    t.equal(message.forwarded?.note, 'Mohon dicek')
    t.equal(squeezed(message.forwarded?.text), 'Berapa harga 50 pcs?')
    t.match(message.forwarded?.html, /Berapa/)
    t.notMatch(message.forwarded?.html, /Mohon dicek|calon/)
  }
})

t.test('what nobody sees in a page is no text', async t => {
  const html =
    '<div style="display: none">Diskon rahasia</div><span hidden>x1</span><style>p{}</style><title>judul</title><p>Halo</p>'
  const message = await readMessage(htmlMail(html))

  t.equal(message.text, 'Halo')
  t.notMatch(message.html, /rahasia|x1/)

  const newsletter =
    '<table><tr><td style="font-size:0px;padding:20px"><div style="font-size:13px">Diskon 50%</div></td></tr></table>'
  t.equal((await readMessage(htmlMail(newsletter))).text, 'Diskon 50%')
})

t.test('a page of history alone is shown, not an empty mail', async t => {
  const message = await readMessage(
    htmlMail(`<div id="divRplyFwdMsg">From: a<br></div><p>${history}</p>`)
  )

  t.match(message.text, history)
})

t.test('text beside HTML that is no alternative is read with it', async t => {
  const parts = [
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Foto terlampir.',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Terima kasih, Budi</p>',
    '--b--'
  ]
  const message = await readMessage(
    mail(parts.join('\n'), { 'Content-Type': 'multipart/mixed; boundary=b' })
  )

  t.match(message.text, /Foto terlampir[\s\S]*Terima kasih, Budi/)
})

t.test('lines and lists of a page become lines of text', async t => {
  const html =
    '<p>Pesanan:</p><ul><li>panci</li><li>wajan</li></ul><table><tr><td>Total</td><td>Rp 5.000</td></tr></table><div>a&lt;b&gt;c<br>d</div>'

  t.equal(
    (await readMessage(htmlMail(html))).text,
    'Pesanan:\n\n- panci\n- wajan\n\nTotal Rp 5.000\n\na<b>c\nd'
  )
})

const hostile: Record<string, (size: number) => string> = {
  'open tags': size => '<b>'.repeat(size / 3),
  'divs in divs': size => '<div>'.repeat(size / 5),
  'open and unknown closing tags': size => '<b>'.repeat(size / 7) + '</i>'.repeat(size / 7),
  'a few levels and many closing tags': size => '<b>'.repeat(400) + '</i>'.repeat(size / 4),
  quotes: size => '<blockquote type=cite>a</blockquote>b'.repeat(size / 37),
  'nested quotes': size => '<blockquote>'.repeat(450) + 'a<br>'.repeat(size / 5),
  'border divs': size => '<div style="border-top:solid 1.0pt"></div>'.repeat(size / 42),
  'nested border divs': size =>
    ('<div style="border-top:solid 1.0pt">'.repeat(400) + '</div>'.repeat(400)).repeat(
      size / 16_000
    ),
  breaks: size => '<br>'.repeat(size / 4),
  'angle brackets': size => '<'.repeat(size),
  'open comments': size => '<!--'.repeat(size / 4),
  attributes: size => `<p ${'a=1 '.repeat(size / 4)}>`,
  'many attributes': size =>
    `<p ${Array.from({ length: size / 8 }, (_, at) => `a${at}=1`).join(' ')}>`,
  entities: size => '&amp'.repeat(size / 4),
  blanks: size => `<p>${' '.repeat(size)}x`
}

for (const [name, make] of Object.entries(hostile)) {
  t.test(`a page of ${name} does not hold up the reader`, async t => {
    checkGrowth(t, 400_000, size => stripPage(make(size), false))
  })
}

t.test('a page nested beyond reason is not shown, its text part is', async t => {
  const parts = [
    '--b',
    'Content-Type: text/plain',
    '',
    'Halo',
    '--b',
    'Content-Type: text/html',
    '',
    '<div>'.repeat(3_000),
    '--b--'
  ]
  const message = await readMessage(
    mail(parts.join('\n'), { 'Content-Type': 'multipart/alternative; boundary=b' })
  )

  t.equal(message.text, 'Halo')
  t.equal(message.html, undefined)
})
