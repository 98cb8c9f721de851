// A provider that says everything back: `node echo.js 4900`.
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

const items = [{ id: '1', type: 'text', from: 'Gema', text: 'Halo! Ada orang?', at: Date.now() }]

async function answer(request, response) {
  if (request.method === 'GET') {
    const { searchParams } = new URL(request.url, 'http://echo')
    const next = items.slice(Number(searchParams.get('after')))
    return response.end(JSON.stringify({ items: next, next: String(items.length), more: false }))
  }
  const { to: from, text } = await json(request)
  const id = String(
    items.push({ id: String(items.length + 1), type: 'text', from, text, at: Date.now() })
  )
  response.end(JSON.stringify({ id: `sent-${id}` }))
}

const server = createServer((request, response) => void answer(request, response))
server.listen(Number(process.argv[2] ?? 4900), '127.0.0.1')
