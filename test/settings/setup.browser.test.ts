import t from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { startDovecot } from '../support/dovecot.ts'
import { fileMs } from '../support/patience.ts'
import { startServer } from '../support/process.ts'
import { needs } from '../support/require.ts'
import { startSmtp } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'

const hasAll = needs(t, 'chromium', 'dovecot')
const password = 'kopi susu di teras'
const mail = `From: Ratna Dewi <ratna@pelanggan.example>
To: layanan@sinar.test
Subject: Faktur belum diterima
Message-ID: <ratna.1@pelanggan.example>
Date: ${new Date().toUTCString()}

Selamat pagi, faktur bulan lalu belum saya terima.
`.replaceAll('\n', '\r\n')

t.setTimeout(fileMs)

t.test(
  'a shop owner gets from the first page to a connected mailbox',
  { skip: !hasAll },
  async t => {
    const dovecot = await startDovecot()
    t.teardown(() => dovecot.remove())
    const sink = await startSmtp({ relayTo: dovecot })
    t.teardown(() => sink.remove())
    const server = await startServer(t)
    const { page, problems } = await openBrowser(t, {
      locale: 'id-ID',
      timezoneId: 'Asia/Makassar'
    })

    async function look(name: string) {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1440, 390]) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 900 })
          t.same(await axe(page), [], `${name} ${width} ${colorScheme}`)
          t.same(await noOverflow(page), [], `${name} ${width} ${colorScheme}`)
          await shot(page, `${name}-${width}-${colorScheme}`)
        }
      }
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 1440, height: 900 })
    }

    await page.goto(`${server.url}/setup?token=${await server.setupToken()}`)
    await look('setup-account')
    await page.getByLabel('Nama Anda').fill('Bagas Prakoso')
    await page.getByLabel('Email').fill('bagas@sinar.example')
    await page.getByLabel('Kata sandi', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Lanjut' }).click()

    await page.waitForURL('**/setup/business')
    await becomes(t, () => page.getByLabel('Zona waktu').inputValue(), 'Asia/Makassar')
    await page.getByLabel('Nama usaha').fill('Sinar Elektronik')
    await look('setup-business')
    await page.getByRole('button', { name: 'Lanjut' }).click()

    await page.waitForURL('**/setup/channel')
    await page.getByRole('button', { name: 'Uji sekarang' }).click()
    await page.getByText('Alamat email: Wajib diisi.').waitFor()
    await page.getByLabel('Alamat email').fill('layanan@sinar.test')
    await page.getByLabel('Alamat email').blur()
    await page.getByText('Ditemukan otomatis dari alamat').waitFor()
    t.equal(await page.locator('[name=imapHost]').inputValue(), 'mail.sinar.test')
    await page.locator('[name=password]').fill('test')
    for (const side of ['imap', 'smtp'] as const) {
      const port = side === 'imap' ? dovecot.port : sink.port
      await page.locator(`[name=${side}Host]`).fill('127.0.0.1')
      await page.locator(`[name=${side}Port]`).fill(String(port))
      await page.locator(`[name=${side}Security]`).selectOption('none')
    }
    await page.getByRole('button', { name: /^Uji/ }).click()
    await page.getByText('Semua baik').waitFor()
    await look('setup-channel')
    await page.getByRole('button', { name: 'Lanjut' }).click()

    await page.waitForURL('**/setup/team')
    await page.getByLabel('Nama', { exact: true }).fill('Dewi Anggraini')
    await page.getByLabel('Email').fill('dewi@sinar.example')
    await page.getByRole('button', { name: 'Undang' }).click()
    const link = await page.getByLabel('Tautan undangan').inputValue()
    t.match(link, /^http:\/\/localhost:\d+\/invite\/[\w-]{43}$/)
    await look('setup-team')
    await page.getByRole('link', { name: 'Buka kotak masuk' }).click()
    await page.waitForURL('**/inbox/**')

    await page.goto(`${server.url}/settings/accounts`)
    const mailbox = page.locator('.account-card', { hasText: 'layanan@sinar.test' })
    await mailbox.getByText('Terhubung', { exact: true }).waitFor()
    await look('accounts')
    await mailbox.locator('h2 a').click()
    await page.getByRole('heading', { name: 'Hapus akun' }).waitFor()
    await look('account')
    dovecot.deliver('layanan@sinar.test', mail)
    await page.goto(`${server.url}/customers`)
    await until(
      async () => {
        await page.reload()
        return (await page.getByRole('link', { name: 'Ratna Dewi' }).count()) > 0
      },
      { everyMs: 300, what: 'the customer who wrote' }
    )
    await look('customers')
    await page.getByRole('link', { name: 'Ratna Dewi' }).click()
    await page.getByRole('button', { name: 'Jadikan VIP' }).click()
    await page.getByRole('button', { name: 'Bukan VIP lagi' }).waitFor()
    await look('customer')
    for (const room of ['general', 'agents', 'teams', 'health', 'tokens']) {
      await page.goto(`${server.url}/settings/${room}`)
      await look(`settings-${room}`)
    }
    t.same(
      problems.filter(problem => !problem.includes('status of 422')),
      []
    )
  }
)
