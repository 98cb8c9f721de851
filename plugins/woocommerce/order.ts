/** An order as Sapa shows it. */
export interface Order {
  id: number
  number: string
  status: string
  /** As the shop writes it, such as `4899000.00`. */
  total: string
  currency: string
  /** Unix ms. */
  at: number
  /** What was bought, the first few. */
  items: string[]
  email: string
  phone: string
}

/** Statuses in which somebody still waits for something. */
const openStatuses = new Set(['pending', 'processing', 'on-hold'])

export const isOpen = ({ status }: Order) => openStatuses.has(status)

/** What WooCommerce sends of an order: REST API v3, `GET /orders`. Throws TypeError when it is none. */
export function readOrder(given: unknown): Order {
  const order = given as Record<string, unknown>
  if (typeof given !== 'object' || given === null || typeof order['id'] !== 'number') {
    throw new TypeError('An order without id')
  }
  const billing = (order['billing'] ?? {}) as Record<string, unknown>
  const lines = Array.isArray(order['line_items']) ? order['line_items'] : []
  return {
    id: order['id'],
    number: text(order['number']) || String(order['id']),
    status: text(order['status']),
    total: text(order['total']),
    currency: text(order['currency']),
    at: momentOf(order['date_created_gmt']),
    items: lines.slice(0, 3).map(line => text((line as Record<string, unknown> | null)?.['name'])),
    email: text(billing['email']).trim().toLowerCase(),
    phone: text(billing['phone'])
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : '')

/** `2026-11-20T02:00:00`, in UTC without saying so. */
function momentOf(value: unknown): number {
  const at = Date.parse(`${text(value)}Z`)
  return Number.isNaN(at) ? 0 : at
}
