import type { ImapFlow, ImapFlowOptions } from 'imapflow'
import type { MailSettings } from '../mail-settings.ts'

const idleMs = 5 * 60_000
const silenceMs = 2 * 60_000
/** RFC822.SIZE is an estimate on some servers, so the parser's own limit leaves room above ours. */
const literalSlack = 32 * 1024 * 1024

/**
 * A signed-in connection. It rejects when the server refuses, and is closed when `signal` fires while it is
 * being made. Errors afterwards only close it: whoever runs a command hears of it there.
 */
export async function connectImap(
  settings: MailSettings,
  accessToken: string | null,
  signal: AbortSignal
): Promise<ImapFlow> {
  const { ImapFlow } = await import('imapflow')
  signal.throwIfAborted()
  const client = new ImapFlow(imapOptions(settings, accessToken))
  // Without a listener a dropped connection ends the process.
  client.on('error', () => client.close())

  const abort = () => client.close()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    return client
  } catch (error) {
    client.close()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Says goodbye when the server listens, and is gone within a second in any case. */
export async function disconnect(client: ImapFlow): Promise<void> {
  if (client.usable) {
    const goodbye = client.logout().catch(() => undefined)
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise(resolve => (timer = setTimeout(resolve, 1000)))
    await Promise.race([goodbye, enough])
    clearTimeout(timer)
  }
  client.close()
}

function imapOptions(settings: MailSettings, accessToken: string | null): ImapFlowOptions {
  const { host, port, security } = settings.imap
  return {
    host,
    port,
    secure: security === 'tls',
    ...(security !== 'tls' && { doSTARTTLS: security === 'starttls' }),
    auth: accessToken
      ? { user: settings.user, accessToken }
      : { user: settings.user, pass: settings.password },
    logger: false,
    clientInfo: { name: 'Sapa' },
    disableAutoIdle: true,
    maxIdleTime: idleMs,
    connectionTimeout: 30_000,
    greetingTimeout: 20_000,
    socketTimeout: silenceMs,
    maxLiteralSize: settings.maxBytes + literalSlack,
    maxResponseSize: settings.maxBytes + 2 * literalSlack
  }
}
