import { pino } from 'pino'
import { createOwner } from '../../server/agent/create-owner.ts'
import { startSapa } from '../../server/app.ts'
import { createAccount } from '../../server/channel/account/create.ts'
import { readConfig } from '../../server/config.ts'
import type { Sapa } from '../../server/sapa.ts'

export const shop = 'layanan@sinar.example'

/** A data folder with one mailbox, as the setup page leaves it; `more` adds to it. */
export async function furnish(
  dataDir: string,
  ports: { imapPort: number; smtpPort: number },
  more?: (sapa: Sapa, accountId: number) => Promise<void>
): Promise<void> {
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const { sapa, close } = await startSapa(config, { isIdle: true, log: pino({ level: 'silent' }) })
  const now = new Date()
  const owner = { email: 'bagas@sinar.example', password: 'sebuah kalimat yang panjang' }
  await createOwner(sapa.db, { ...owner, name: 'Bagas', locale: 'id' }, now)
  const form = {
    ...{ address: shop, auth: 'password', user: shop, password: 'test', sentCopy: 'off' },
    ...{ imapHost: '127.0.0.1', imapSecurity: 'none', smtpHost: '127.0.0.1', smtpSecurity: 'none' },
    ...ports
  }
  const made = { type: 'email', name: 'Layanan', address: shop, form }
  const account = await createAccount(sapa.db, sapa, made, now)
  await more?.(sapa, account.id)
  await close()
}

/** About 3 KB, as a customer's mail program writes it. */
export function letter(number: number): string {
  const line = 'Nomor resinya JP1182309 dan sejak Senin tidak bergerak, mohon dicek ke kurirnya.'
  const text = Array.from({ length: 12 }, () => line)
  const id = `${number}.${process.pid}@pelanggan.example`
  return [
    `From: Budi Santoso <budi${number % 200}@pelanggan.example>`,
    `To: ${shop}`,
    `Subject: Pesanan ${number} belum sampai`,
    `Date: Sat, 21 Nov 2026 10:${String(number % 60).padStart(2, '0')}:00 +0700`,
    `Message-ID: <surat-${id}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="batas"',
    '',
    '--batas',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...text,
    '--batas',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<html><body>${text.map(one => `<p>${one}</p>`).join('\r\n')}</body></html>`,
    '--batas--',
    ''
  ].join('\r\n')
}
