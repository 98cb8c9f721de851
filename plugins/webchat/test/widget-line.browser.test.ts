import { createServer, request as ask, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { FrameLocator, Page } from 'playwright-core'
import { becomes } from '../../../test/support/becomes.ts'
import { openBrowser, shot, type OpenBrowser } from '../../../test/support/browser.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { axeOf, openPanel, openShop, panelFrame, saidIn, say, snippet } from './shop.ts'
import { chatWorld, type ChatWorld } from './world.ts'

t.setTimeout(fileMs)

interface Scene {
  world: ChatWorld
  browser: OpenBrowser
  proxy: Proxy
  shop: string
}

t.test('a line that is not always there', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const proxy = await openProxy(t, world.url)
  const shop = await openShop(t, { '/': { head: snippet(proxy.url, world.key) } })
  const scene = { world, proxy, shop, browser: await openBrowser(t) }

  await t.test('loses and doubles nothing while Sapa is away', t => away(t, scene))
  await t.test('keeps what was written for the next visit', t => kept(t, scene))
  await t.test('is one for all tabs', t => tabs(t, scene))
  await t.test('carries files by paste, drop and button', t => files(t, scene))
  await t.test('sends a file again that was torn', t => torn(t, scene))
  await t.test('asks again and again where streams are held back', t => heldBack(t, scene))
})

interface Proxy {
  url: string
  /** Breaks every connection, and refuses new ones. */
  isCut: boolean
  cut(isSo: boolean): void
  /** Answers of streams never leave it. */
  holdsStreams: boolean
  streams: number
  /** So many files are cut off after their first bytes. */
  tears: number
}

/** Between browser and Sapa, as a company's proxy or a tunnel that a restart tears. */
async function openProxy(t: Test, target: string): Promise<Proxy> {
  const { port } = new URL(target)
  const server: Server = createServer((request, response) => {
    const { method, url = '', headers } = request
    const isStream = url.includes('/stream')
    if (isStream) proxy.streams += 1
    if (method === 'PUT' && url.includes('/files/') && proxy.tears > 0) {
      proxy.tears -= 1
      return void request.once('data', () => request.destroy())
    }
    const upstream = ask({ port, method, path: url, headers, host: '127.0.0.1' }, answer => {
      if (isStream && proxy.holdsStreams) return void answer.resume()
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    upstream.on('error', () => response.destroy())
    response.on('close', () => {
      if (isStream) proxy.streams -= 1
      upstream.destroy()
    })
    request.pipe(upstream)
  })
  server.on('connection', socket => {
    if (proxy.isCut) socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ isCut: false, holdsStreams: false, streams: 0, tears: 0 },
    cut(isSo) {
      proxy.isCut = isSo
      if (isSo) server.closeAllConnections()
    }
  }
  return proxy
}

async function begin(
  { browser, shop }: Scene,
  text: string,
  url = shop
): Promise<[Page, FrameLocator]> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  const panel = await openPanel(page)
  await say(panel, text)
  await panel.getByText('· Terkirim').waitFor()
  return [page, panel]
}

async function away(t: Test, scene: Scene): Promise<void> {
  const { world, proxy } = scene
  const [page, panel] = await begin(scene, 'Pesan 0')
  const conversation = await world.conversationOf('Pesan 0')
  const expected = ['Pesan 0']
  for (let round = 1; round <= 2; round++) {
    proxy.cut(true)
    for (const part of ['a', 'b']) {
      await say(panel, `Pesan ${round}${part}`)
      expected.push(`Pesan ${round}${part}`)
    }
    await world.reply(conversation, `Balasan ${round}`)
    if (round === 1) {
      await panel.getByText('Tidak ada koneksi').waitFor()
      t.strictSame(await axeOf(page), [], 'while there is no connection')
      await shot(page, 'widget-offline')
    }
    proxy.cut(false)
    await panel.getByText(`Balasan ${round}`).waitFor()
    await until(
      async () =>
        (await world.texts()).filter(text => text.startsWith('Pesan')).length === expected.length,
      {
        what: 'all messages'
      }
    )
  }
  t.strictSame(
    (await world.texts()).filter(text => text.startsWith('Pesan')),
    expected,
    'in order, once'
  )
  await panel.getByText('· Terkirim').waitFor()
  t.strictSame(
    (await saidIn(panel)).filter(text => text.startsWith('Pesan')),
    expected
  )
  t.strictSame(
    (await saidIn(panel)).filter(text => text.startsWith('Balasan')),
    ['Balasan 1', 'Balasan 2']
  )
  await page.context().close()
}

async function kept(t: Test, scene: Scene): Promise<void> {
  const [page, panel] = await begin(scene, 'Saya tulis sebelum listrik padam')
  await page.context().setOffline(true)
  await say(panel, 'Ini belum terkirim')
  await panel.getByText('Mengirim').waitFor()
  await panel.locator('.compose textarea').fill('setengah kalimat')
  await page.context().setOffline(false)
  scene.proxy.cut(true)
  await page.goto('about:blank')
  scene.proxy.cut(false)
  await page.goto(scene.shop)
  await page.locator('.k').waitFor()
  await until(async () => (await scene.world.texts()).includes('Ini belum terkirim'), {
    what: 'the message, without anybody opening the panel'
  })
  const again = await openPanel(page)
  const draft = () => again.locator('.compose textarea').inputValue()
  await becomes(t, draft, 'setengah kalimat')
  await again.getByText('· Terkirim').waitFor()
  const said = async () => (await saidIn(again)).slice(1).join(' | ')
  await becomes(t, said, 'Saya tulis sebelum listrik padam | Ini belum terkirim')
  await page.context().close()
}

async function tabs(t: Test, scene: Scene): Promise<void> {
  const { world, proxy } = scene
  // On Sapa's own page the frame has storage and locks, which browsers may close to frames of other sites.
  const url = `${proxy.url}/chat/${world.key}/try?lang=id`
  const [page, panel] = await begin(scene, 'Dari jendela pertama', url)
  await until(() => proxy.streams === 1, { what: 'the stream of the first tab' })
  const other = await page.context().newPage()
  await other.goto(url)
  const second = await openPanel(other)
  await second.getByText('Dari jendela pertama').waitFor()
  await say(second, 'Dari jendela kedua')
  await panel.getByText('Dari jendela kedua').waitFor()
  const conversation = await world.conversationOf('Dari jendela kedua')
  await world.reply(conversation, 'Sampai di keduanya')
  await panel.getByText('Sampai di keduanya').waitFor()
  await second.getByText('Sampai di keduanya').waitFor()
  await until(() => proxy.streams === 1, { what: 'one stream for two tabs' })
  await other.close()
  await world.reply(conversation, 'Yang satu sudah ditutup')
  await panel.getByText('Yang satu sudah ditutup').waitFor()
  t.strictSame((await saidIn(panel)).slice(1), [
    'Dari jendela pertama',
    'Dari jendela kedua',
    'Sampai di keduanya',
    'Yang satu sudah ditutup'
  ])
  await page.context().close()
}

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

async function files(t: Test, scene: Scene): Promise<void> {
  const [page, panel] = await begin(scene, 'Ini fotonya')
  await panel.locator('input[type=file]').setInputFiles([
    { name: 'bocor <b>parah.png', mimeType: 'image/png', buffer: pixel },
    {
      name: 'gambar.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    }
  ])
  await panel.getByText('Berkas seperti gambar.svg tidak diterima.').waitFor()
  await shot(page, 'widget-file')
  t.strictSame(await axeOf(page), [], 'with a file that waits, and one that was refused')
  const frame = await panelFrame(page)
  for (const kind of ['paste', 'drop']) {
    await frame.evaluate(`{
      const bytes = Uint8Array.from(atob('${pixel.toString('base64')}'), letter => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], '${kind}.png', { type: 'image/png' }))
      const field = document.querySelector('.compose textarea')
      field.dispatchEvent('${kind}' === 'paste'
        ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
        : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }`)
    await panel.locator('.tray').getByText(`${kind}.png`).waitFor()
  }
  await panel.locator('.tray li', { hasText: 'drop.png' }).getByRole('button').click()
  await panel.locator('.send:not(.off)').waitFor()
  await panel.locator('.send').click()
  await panel.getByText('· Terkirim').waitFor()
  await until(async () => (await panel.locator('.pic img[src^="blob:"]').count()) === 2, {
    what: 'two pictures'
  })
  t.strictSame(
    await panel.locator('.pic img').evaluateAll(all => all.map(one => one.getAttribute('alt'))),
    ['Foto bocor bparah.png', 'Foto paste.png']
  )
  t.strictSame(await axeOf(page), [], 'with pictures')
  await page.context().close()
}

async function torn(t: Test, scene: Scene): Promise<void> {
  const { proxy, world } = scene
  const [page, panel] = await begin(scene, 'Ini buktinya')
  const give = (name: string, bytes: number, head = pixel) =>
    panel.locator('input[type=file]').setInputFiles({
      ...{ name, mimeType: 'image/png', buffer: Buffer.concat([head], bytes) }
    })
  proxy.tears = 2
  await give('bukti transfer.png', 2_000_000)
  await until(() => proxy.tears === 0, { what: 'the line to break twice' })
  await panel.locator('.send:not(.off)').waitFor()
  proxy.cut(true)
  await give('nota.png', 300_000)
  await panel.locator('.tray').getByText('nota.png').waitFor()
  proxy.cut(false)
  await panel.locator('.send:not(.off)').waitFor()
  await panel.locator('.send').click()
  await until(async () => (await panel.locator('.pic img[src^="blob:"]').count()) === 2, {
    what: 'both pictures'
  })
  const sizes = () =>
    world.db
      .selectFrom('attachment')
      .select(['filename', 'size'])
      .where('filename', 'in', ['bukti transfer.png', 'nota.png'])
      .orderBy('filename')
      .execute()
  await until(async () => (await sizes()).length === 2, { what: 'the files in the timeline' })
  t.strictSame(await sizes(), [
    { filename: 'bukti transfer.png', size: 2_000_000 },
    { filename: 'nota.png', size: 300_000 }
  ])

  await give('kosong.png', 0)
  await panel.getByText('Berkas ini kosong.').waitFor()
  await give('panjang.png', 11_000_000)
  await panel.getByText('panjang.png lebih besar dari 10 MB.').waitFor()
  t.equal(await panel.locator('.tray li').count(), 0)
  await page.context().close()
}

async function heldBack(t: Test, scene: Scene): Promise<void> {
  const { world, proxy } = scene
  proxy.holdsStreams = true
  const [page, panel] = await begin(scene, 'Di balik proksi')
  const conversation = await world.conversationOf('Di balik proksi')
  await world.reply(conversation, 'Lambat tapi sampai')
  await panel.getByText('Lambat tapi sampai').waitFor()
  t.equal(await panel.getByText('Tidak ada koneksi').count(), 0)
  await page.context().close()
}
