import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { atExit } from './at-exit.ts'
import { makeCertificate } from './certificate.ts'
import { dovecotConfig, isRoot } from './dovecot-config.ts'
import { freePort } from './free-port.ts'
import { deliverToMaildir, forgetUidValidity, listMaildir, type StoredMail } from './maildir.ts'
import { findProgram } from './require.ts'
import { makeFolder, removeFolder } from './temporary.ts'
import { until } from './until.ts'

export interface DovecotOptions {
  /** Sent, Drafts, Junk, Trash and Archive with their special-use marks; true unless told. */
  special?: boolean
  /** STARTTLS on `port` and TLS on `tlsPort`, with a self-signed certificate. */
  tls?: boolean
  /** Of every user; `test` unless told. */
  password?: string
}

export interface Dovecot {
  host: '127.0.0.1'
  port: number
  tlsPort: number
  certFile: string | undefined
  /** Drops a mail into the user's folder, as the mail server's delivery would. */
  deliver(user: string, mail: Uint8Array | string, folder?: string): void
  mailFolder(user: string): string
  messages(user: string, folder?: string): StoredMail[]
  /** As after a restore of the mail server: same mails, new UIDs. Ends open connections. */
  changeUidValidity(user: string, folder?: string): Promise<void>
  log(): string
  /** Lets clients go with a BYE. */
  stop(): Promise<void>
  /** Gone in the middle of a word. */
  kill(): Promise<void>
  start(): Promise<void>
  restart(): Promise<void>
  /** Stops and removes everything. */
  remove(): Promise<void>
}

/** A real IMAP server on a free port: any user, one password. `needs(t, 'dovecot')` first. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const folder = makeFolder()
  const certificate = options.tls ? makeCertificate(folder) : undefined
  const [port, tlsPort] = [await freePort(), await freePort()]
  const { special = true, password = 'test' } = options
  makeOwned(join(folder, 'mail'))
  writeFileSync(
    join(folder, 'dovecot.conf'),
    dovecotConfig({ folder, port, tlsPort, certificate, special, password })
  )

  const server = masterProcess(folder, port)
  await server.start()
  const mailFolder = (user: string) => join(folder, 'mail', user.toLowerCase())

  return {
    host: '127.0.0.1',
    port,
    tlsPort,
    certFile: certificate?.certFile,
    deliver: (user, mail, into = 'INBOX') => deliverToMaildir(mailFolder(user), into, mail),
    mailFolder,
    messages: (user, from = 'INBOX') => listMaildir(mailFolder(user), from),
    async changeUidValidity(user, of = 'INBOX') {
      await server.stop()
      await forgetUidValidity(mailFolder(user), of)
      await server.start()
    },
    log: () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : ''),
    ...server,
    async remove() {
      await server.stop()
      removeFolder(folder)
    }
  }
}

type Master = Pick<Dovecot, 'start' | 'stop' | 'kill' | 'restart'>

function masterProcess(folder: string, port: number): Master {
  let master: ChildProcess | undefined
  // Its own process group: SIGKILL has to take the login and mail processes along.
  const signal = (name: NodeJS.Signals) => master?.pid && process.kill(-master.pid, name)
  let forget: () => void = () => undefined

  async function start(): Promise<void> {
    const program = findProgram('dovecot') ?? 'dovecot'
    master = spawn(program, ['-F', '-c', join(folder, 'dovecot.conf')], {
      detached: true,
      stdio: 'ignore'
    })
    forget = atExit(() => signal('SIGKILL'))
    master.once('exit', () => {
      master = undefined
      forget()
    })
    await until(() => isUp(port, master), { what: 'a greeting from dovecot' })
  }

  async function end(name: NodeJS.Signals): Promise<void> {
    if (!master) return
    const gone = once(master, 'exit')
    if (name === 'SIGKILL') signal(name)
    else master.kill(name)
    await gone
  }

  const stop = () => end('SIGTERM')
  return { start, stop, kill: () => end('SIGKILL'), restart: () => stop().then(start) }
}

function isUp(port: number, master: ChildProcess | undefined): Promise<boolean> {
  if (!master) throw new Error('dovecot ended at once; `doveconf -c` on its file says why')
  return greets(port)
}

function greets(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 1000 })
    const answer = (isReady: boolean) => {
      socket.destroy()
      resolve(isReady)
    }
    socket.once('data', chunk => answer(chunk.toString().startsWith('* OK')))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
    socket.once('close', () => answer(false))
  })
}

function makeOwned(path: string): void {
  mkdirSync(path)
  if (isRoot) chownSync(path, 65534, 65534)
}
