import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface ScriptedImap {
  port: number
  /** Every command that came, without its tag. */
  commands: string[]
}

/** A mailbox of numbered mails that cannot hand over some of them, as Exchange does with broken ones. */
export async function scriptedImap(
  t: Test,
  mails: string[],
  isBroken: (uid: number) => boolean
): Promise<ScriptedImap> {
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined))
    socket.write('* OK ready\r\n')
    socket.on('data', data => {
      for (const line of String(data).trim().split('\r\n')) {
        const [tag, ...words] = line.split(' ')
        const command = words.join(' ')
        if (command) commands.push(command)
        socket.write(answerTo(tag ?? '', command, mails, isBroken))
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, commands }
}

function answerTo(
  tag: string,
  command: string,
  mails: string[],
  isBroken: (uid: number) => boolean
): string {
  const done = `${tag} OK done\r\n`
  if (/^CAPABILITY/i.test(command)) return `* CAPABILITY IMAP4rev1\r\n${done}`
  if (/^(EXAMINE|SELECT)/i.test(command)) {
    const next = `* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT ${mails.length + 1}] n\r\n`
    return `* ${mails.length} EXISTS\r\n* FLAGS (\\Seen)\r\n${next}${done}`
  }
  const [, range, items] = /^UID FETCH (\S+) (.*)$/i.exec(command) ?? []
  if (!range || !items) return done
  const uids = mails.map((_, index) => index + 1).filter(uid => isIn(range, uid))
  if (!/BODY/i.test(items)) {
    const lines = uids.map(
      uid => `* ${uid} FETCH (UID ${uid} RFC822.SIZE ${mails[uid - 1]!.length})`
    )
    return [...lines, ''].join('\r\n') + done
  }
  const isHead = /HEADER/i.test(items)
  if (!isHead && uids.some(isBroken)) return `${tag} NO Some messages could not be retrieved\r\n`
  return uids.map(uid => fetched(uid, mails[uid - 1]!, isHead)).join('') + done
}

function fetched(uid: number, mail: string, isHead: boolean): string {
  const text = isHead ? `${mail.split('\r\n\r\n')[0]}\r\n\r\n` : mail
  const section = isHead ? 'BODY[HEADER]' : 'BODY[]'
  return `* ${uid} FETCH (UID ${uid} ${section} {${text.length}}\r\n${text})\r\n`
}

function isIn(range: string, uid: number): boolean {
  return range.split(',').some(part => {
    const [from, to] = part.split(':')
    return to === '*'
      ? uid >= Number(from)
      : to
        ? uid >= Number(from) && uid <= Number(to)
        : uid === Number(from)
  })
}
