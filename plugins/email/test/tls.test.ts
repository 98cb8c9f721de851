import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import type { ProbeStep, SettingsValues } from 'sapa/plugin-api'
import { needs } from '../../../test/support/require.ts'
import { form, mailServer, sink } from './account.ts'

const run = promisify(execFile)

t.test('TLS and STARTTLS with a certificate that is believed', async t => {
  if (!needs(t, 'dovecot', 'openssl')) return
  const dovecot = await mailServer(t, { tls: true })
  const smtp = await sink(t, { secure: true, relayTo: dovecot })
  const probe = async (more: SettingsValues, authority: string) => {
    const values = { ...form({ imap: dovecot, smtp }), smtpSecurity: 'tls', ...more }
    const child = join(process.cwd(), 'dist/plugins/email/test/tls-child.js')
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority }
    const { stdout } = await run(process.execPath, [child, JSON.stringify(values)], { env })
    const steps = JSON.parse(stdout) as ProbeStep[]
    return steps
      .filter(({ state }) => state !== 'running')
      .map(({ step, state }) => `${step} ${state}`)
  }

  const upTo = ['dns ok', 'tcp ok', 'tls ok', 'login ok', 'folder ok', 'smtp-tcp ok']
  const byTls = { imapPort: dovecot.tlsPort, imapSecurity: 'tls' }
  const incoming = await probe(byTls, dovecot.certFile!)
  t.same(incoming, [...upTo, 'smtp-tls failed'], 'the other server has another certificate')
  const upgraded = await probe({ imapSecurity: 'starttls' }, dovecot.certFile!)
  t.same(upgraded, [...upTo, 'smtp-tls failed'])
  const outgoing = await probe({ imapSecurity: 'none' }, smtp.certFile!)
  t.same(outgoing.slice(5, 9), ['smtp-tcp ok', 'smtp-tls ok', 'smtp-login ok', 'send ok'])
  const byName = await probe({ ...byTls, imapHost: 'localhost' }, dovecot.certFile!)
  t.same(byName.slice(0, 4), ['dns ok', 'tcp ok', 'tls ok', 'login ok'])
})
