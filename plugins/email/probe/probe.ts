import type { ImapFlow } from 'imapflow'
import type { ProbeResult, ProbeStep, SettingsValues } from 'sapa/plugin-api'
import { isFailure, shortly } from '../failure.ts'
import { disconnect } from '../imap/connect.ts'
import { asImapError, isRefusal } from '../imap/refusal.ts'
import { signIn } from '../imap/sign-in.ts'
import { dnsLookup } from '../lookup.ts'
import { readMailSettings, type MailSettings } from '../mail-settings.ts'
import { TokenSource } from '../oauth/token.ts'
import { hostedBy } from '../provider.ts'
import { domainOf } from '../smtp/address.ts'
import { asSmtpError, sendFailure } from '../smtp/outcome.ts'
import { makeTransport, type SmtpTransport } from '../smtp/transport.ts'
import type { EmailTools } from '../tools.ts'
import { resolves, tcpTrouble, tlsTrouble } from './reach.ts'
import { roundTrip } from './round-trip.ts'
import * as words from './words.ts'

interface Probe {
  tools: EmailTools
  settings: MailSettings
  tokens: TokenSource
  signal: AbortSignal
  report: (step: ProbeStep) => void
}

/** Ends the test after the step that reported it. */
class StepFailed extends Error {}

/** "Test connection": from the name of the server to a mail that came back, each step by itself. */
export async function probeMailbox(
  tools: EmailTools,
  values: SettingsValues,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<ProbeResult> {
  const settings = readMailSettings(values)
  const probe = { tools, settings, tokens: tokensOf(tools, settings), signal, report }
  let client: ImapFlow | undefined
  let transport: SmtpTransport | undefined
  try {
    await names(probe)
    await reach(probe, 'imap')
    client = await login(probe)
    await folders(probe, client)
    await reach(probe, 'smtp')
    transport = await smtpLogin(probe)
    await send(probe, transport, client)
    await hints(probe)
    const { address, name } = settings
    return { isOk: true, name: name || address, address, externalId: address }
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      tools.sapa.log.warn(
        { reason: asImapError(error).code ?? 'unknown' },
        'Connection test broke off'
      )
      report({ step: 'end', state: 'failed', ...words.noAnswer('', 'address') })
    }
    return { isOk: false }
  } finally {
    if (client) await disconnect(client)
    transport?.close({ force: true })
  }
}

/** An open account's tokens are shared: a provider that rotates them would lock the account out otherwise. */
function tokensOf({ open, sapa }: EmailTools, settings: MailSettings): TokenSource {
  const same = [...open.values()].find(
    entry => entry.settings.address === settings.address && entry.settings.auth === settings.auth
  )
  const account = { fetch: sapa.fetch, save: async () => undefined }
  return same?.tokens ?? new TokenSource(account, settings, sapa.failure)
}

async function names(probe: Probe): Promise<void> {
  await step(probe, 'dns', async () => {
    for (const side of ['imap', 'smtp'] as const) {
      const { host } = probe.settings[side]
      if (!host) return words.noHost(`${side}Host`)
      if (!(await resolves(host))) return words.unknownHost(host, `${side}Host`)
    }
    return null
  })
}

async function reach(probe: Probe, side: 'imap' | 'smtp'): Promise<void> {
  const server = probe.settings[side]
  const prefix = side === 'smtp' ? 'smtp-' : ''
  await step(probe, `${prefix}tcp`, async () => {
    const code = await tcpTrouble(server, probe.signal)
    return code ? words.unreachable(server, code, side) : null
  })
  if (server.security === 'none') {
    probe.report({
      step: `${prefix}tls`,
      state: 'warning',
      ...words.unencrypted,
      field: `${side}Security`
    })
    return
  }
  await step(probe, `${prefix}tls`, async () => {
    const code = await tlsTrouble(server, side, probe.signal)
    return code ? words.tlsFinding(server, code, side) : null
  })
}

async function login(probe: Probe): Promise<ImapFlow> {
  const { settings, tokens, signal } = probe
  let client: ImapFlow | undefined
  await step(probe, 'login', async () => {
    try {
      client = await signIn(settings, tokens, signal)
      return null
    } catch (error) {
      const { responseText, message, responseStatus, authenticationFailed } = asImapError(error)
      // Microsoft says a bare NO: too little to stop an account for, enough to tell its owner.
      const isNo = authenticationFailed === true && responseStatus === 'NO'
      const isRefused = isNo || isRefusal(error) || (isFailure(error) && error.failure === 'auth')
      if (isRefused) return words.loginFinding(settings, 'imap')
      return words.noAnswer(shortly(responseText ?? message ?? ''), 'imapHost')
    }
  })
  return client!
}

async function folders(probe: Probe, client: ImapFlow): Promise<void> {
  await step(probe, 'folder', async () => {
    for (const folder of probe.settings.folders) {
      try {
        await client.mailboxOpen(folder, { readOnly: true })
      } catch (error) {
        if (!asImapError(error).responseStatus) throw error
        return words.noFolder(folder)
      }
    }
    return null
  })
}

async function smtpLogin(probe: Probe): Promise<SmtpTransport> {
  const { settings, tokens, tools } = probe
  const transport = await makeTransport(settings, tokens)
  await step(probe, 'smtp-login', async () => {
    try {
      await transport.verify()
      return null
    } catch (error) {
      transport.close({ force: true })
      const { failure } = sendFailure(tools.sapa.failure, error, { isComplete: false })
      if (failure === 'auth') return words.loginFinding(settings, 'smtp')
      const { response, message } = asSmtpError(error)
      return words.noAnswer(shortly(response || message || ''), 'smtpHost')
    }
  })
  return transport
}

async function send(probe: Probe, transport: SmtpTransport, client: ImapFlow): Promise<void> {
  const { settings, tools, signal, report } = probe
  const { tests, findings } = tools
  let isSigned = true
  await step(probe, 'send', async () => {
    try {
      const trip = await roundTrip(transport, client, settings, tests, signal)
      if (!trip.isSeen) return words.notSeen
      isSigned = trip.isSigned
      if (trip.isPlusSeen !== null) await findings.set(settings.address, trip.isPlusSeen)
      return null
    } catch (error) {
      const { response, message } = asSmtpError(error)
      return words.notSent(shortly(response || message || ''))
    }
  })
  if (!isSigned && !hostedBy(settings.smtp.host)) {
    report({ step: 'dkim', state: 'warning', ...words.unsigned })
  }
}

/** What other servers think of the domain. No answer from the name system is no finding. */
async function hints({ settings, signal, report }: Probe): Promise<void> {
  const domain = domainOf(settings.address)
  const lookup = dnsLookup(signal)
  const [spf, dmarc] = await Promise.all([lookup.txt(domain), lookup.txt(`_dmarc.${domain}`)])
  if (spf && !spf.some(text => /^v=spf1\b/i.test(text))) {
    report({ step: 'spf', state: 'warning', ...words.missingRecord('SPF', domain) })
  }
  if (dmarc && !dmarc.some(text => /^v=DMARC1\b/i.test(text))) {
    report({ step: 'dmarc', state: 'warning', ...words.missingRecord('DMARC', domain) })
  }
}

async function step(
  { report, signal }: Probe,
  name: string,
  work: () => Promise<words.Finding | null>
): Promise<void> {
  if (signal.aborted) throw new StepFailed()
  const startedAt = performance.now()
  report({ step: name, state: 'running' })
  const finding = await work()
  const ms = Math.round(performance.now() - startedAt)
  report({ step: name, state: finding ? 'failed' : 'ok', ms, ...finding })
  if (finding) throw new StepFailed()
}
