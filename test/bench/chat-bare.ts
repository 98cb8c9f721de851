import { createServer, type ServerResponse } from 'node:http'

/** The floor of a chat: event streams and nothing else. `/stream?v=1`, `POST /tell?v=1&mark=7`. */
const streams = new Map<string, ServerResponse>()

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bare')
  const visitor = searchParams.get('v') ?? ''
  if (pathname === '/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': hello\n\n')
    streams.set(visitor, response)
    return
  }
  if (pathname === '/tell') {
    const text = `Baik, kami kabari sore ini. «${searchParams.get('mark')}»`
    streams.get(visitor)?.write(`data: ${JSON.stringify({ text })}\n\n`)
  }
  response.end('ok')
}).listen(Number(process.env['PORT']), '127.0.0.1')
