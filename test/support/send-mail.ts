import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createTransport, type SendMailOptions, type SentMessageInfo } from 'nodemailer'

/** A customer's mail program; `port` is a sink that relays into the shop's mailbox. */
export async function sendMail(
  { port }: { port: number },
  mail: SendMailOptions
): Promise<SentMessageInfo> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  try {
    return await transport.sendMail(mail)
  } finally {
    transport.close()
  }
}

/** A second, independent client; `needs(t, 'swaks')` first. Returns the SMTP dialogue. */
export async function swaks({ port }: { port: number }, ...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('swaks', ['-s', `127.0.0.1:${port}`, ...options])
  return stdout
}
