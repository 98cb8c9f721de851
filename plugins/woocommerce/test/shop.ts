import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export const key = 'ck_1a2b3c'
export const secret = 'cs_rahasia'

/** A shop that speaks the documented part of WooCommerce's REST API v3, strict in what it accepts. */
export interface FakeShop {
  url: string
  host: string
  orders: object[]
  /** Paths with query, as they were asked. */
  asked: string[]
  /** What it does instead of answering; null: it answers. */
  trouble: ((response: ServerResponse) => void) | null
  stop(): void
}

let count = 0

export function order(more: Record<string, unknown> = {}): object {
  const id = 22_870 + ++count
  return {
    ...{ id, number: String(id), status: 'processing', currency: 'IDR', total: '4899000.00' },
    date_created_gmt: `2026-11-${String(10 + (count % 10))}T02:00:00`,
    line_items: [{ name: 'Mesin cuci Nusa F9', quantity: 1 }],
    billing: { email: 'ratna@dapurkita.example', phone: '0812-3456-7788' },
    ...more
  }
}

export async function fakeShop(t: Test): Promise<FakeShop> {
  const server = createServer((request, response) => answer(shop, request, response))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const shop: FakeShop = {
    ...{ url: `http://${host}`, host, orders: [], asked: [], trouble: null },
    stop: () => {
      server.closeAllConnections()
      server.close()
    }
  }
  t.teardown(() => shop.stop())
  return shop
}

function answer(shop: FakeShop, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', shop.url)
  shop.asked.push(url.pathname + url.search)
  if (shop.trouble) return shop.trouble(response)
  const pair = Buffer.from(`${key}:${secret}`).toString('base64')
  if (request.headers.authorization !== `Basic ${pair}`) {
    return json(response, 401, { code: 'woocommerce_rest_cannot_view', data: { status: 401 } })
  }
  if (request.method !== 'GET') return json(response, 405, { code: 'rest_no_route' })
  const paths: Record<string, () => unknown> = {
    '/wp-json/wc/v3/orders': () => listed(shop, url.searchParams),
    '/wp-json/wc/v3/reports/sales': () => [
      { total_sales: '12500000.00', total_orders: 7, total_items: 9 }
    ]
  }
  const found = paths[url.pathname]
  if (!found) return json(response, 404, { code: 'rest_no_route' })
  return json(response, 200, found())
}

/** WooCommerce searches loosely: the word may stand anywhere in an order. */
function listed({ orders }: FakeShop, query: URLSearchParams): object[] {
  const word = (query.get('search') ?? '').toLowerCase()
  const statuses = query.get('status')?.split(',')
  return orders
    .filter(one => JSON.stringify(one).toLowerCase().includes(word))
    .filter(one => !statuses || statuses.includes((one as { status: string }).status))
    .slice(0, Number(query.get('per_page') ?? 10))
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
