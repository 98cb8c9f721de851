import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { loadWords } from '../../server/i18n/words.ts'
import { createEta } from '../../server/web/view.ts'
import { temporaryFolder } from './temporary.ts'

export interface InterfaceServer {
  url: string
  /** Open streams, each with the id after which it wants news. */
  streams: { response: ServerResponse; last: string | null }[]
  received: { method: string; path: string; body: string }[]
  /** What `/send` answers with; 200 appends a message. */
  sendStatus: number
  push(id: string, news: object): void
}

const policy = "default-src 'self'; script-src 'self'; style-src 'self'"

/** The real frame, partials, styles and scripts around one small page, with a server that obeys the test. */
export async function serveInterface(t: Test): Promise<InterfaceServer> {
  const folder = join(temporaryFolder(t), 'public')
  execFileSync('node', ['bin/build-assets.js', folder])
  const names = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<
    string,
    string
  >
  const { t: text } = loadWords().translator('id', 'Asia/Jakarta')
  const eta = createEta()
  eta.loadTemplate('@page', readFileSync('test/support/interface-page.eta', 'utf8'))
  const page = () =>
    eta.render('@page', {
      ...{
        t: text,
        asset: (name: string) => `/assets/${names[name]}`,
        now: Date.now(),
        locale: 'id'
      },
      ...{ theme: 'system', density: 'comfortable', agent: null, shell }
    })

  const served: InterfaceServer = {
    ...{ url: '', streams: [], received: [], sendStatus: 200 },
    push(id, news) {
      const event = `id: ${id}\ndata: ${JSON.stringify(news)}\n\n`
      for (const { response } of served.streams) response.write(event)
    }
  }
  let count = 0
  const answers: Record<string, (response: ServerResponse) => void> = {
    '/': response => response.end(page()),
    '/head': response =>
      response.end(
        `<header class="pane__head" id="head" data-behavior="live-refresh" data-live="conversation.changed" data-live-match="12" data-live-url="/head"><h2>Berubah ${++count}</h2><input id="subject" aria-label="Subjek"></header>`
      ),
    '/beside': response =>
      response.end(
        '<p id="beside" data-behavior="live-refresh" data-live="conversation.changed" data-live-match="12" data-live-url="/beside"></p>'
      ),
    '/draft': response => response.writeHead(204).end(),
    '/send': response => {
      response.statusCode = served.sendStatus
      response.end(
        served.sendStatus === 200
          ? '<div class="message message--out" data-message><div class="bubble">Terkirim</div></div>'
          : '<p class="callout">Dewi membalas 12 detik lalu</p>'
      )
    }
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-security-policy', policy)
    if (pathname === '/live') return stream(served, response, searchParams.get('last'))
    if (pathname.startsWith('/assets/')) return sendFile(response, join(folder, pathname.slice(8)))
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      served.received.push({ method: request.method ?? '', path: pathname, body })
      response.setHeader('content-type', 'text/html; charset=utf-8')
      const answer = answers[pathname]
      if (answer) answer(response)
      else response.writeHead(204).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  served.url = `http://localhost:${(server.address() as AddressInfo).port}/`
  return served
}

function stream(served: InterfaceServer, response: ServerResponse, last: string | null): void {
  const entry = { response, last }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 200\n\n')
  served.streams.push(entry)
  response.on('close', () => (served.streams = served.streams.filter(other => other !== entry)))
}

const types: Record<string, string> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml'
}

function sendFile(response: ServerResponse, path: string): void {
  response.setHeader('content-type', types[path.split('.').at(-1) ?? ''] ?? 'text/plain')
  response.end(readFileSync(path))
}

const mailbox = { type: 'email', label: 'Email', icon: 'glyph-letter' }
const inbox = { href: '/', label: 'Semua terbuka', icon: 'list', count: 3, isCurrent: true }
const shell = {
  ...{ businessName: 'Sinar Elektronik', unread: 7, views: [inbox], links: [], banners: [] },
  channels: [{ href: '#', label: 'layanan@', channel: mailbox, count: 11 }],
  bar: [{ href: '/', label: 'Masuk', icon: 'inbox', badge: 7, isCurrent: true }],
  me: {
    name: 'Bagas Prakoso',
    initials: 'BP',
    tint: 4,
    state: 'Menerima',
    presence: 'here',
    href: '#'
  }
}
