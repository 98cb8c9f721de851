import type { CustomerProps, Html, SapaContext, SlotViewer } from 'sapa/plugin-api'
import { ShopProblem } from './client.ts'
import { orderUrl, searchUrl } from './links.ts'
import { isOpen, type Order } from './order.ts'
import type { Orders } from './orders.ts'
import { shopOf } from './settings.ts'
import { orderLine, sumOf, writerFor, type Writer } from './show.ts'

const shown = 5
const permission = 'orders'

/** Everything that stands beside a conversation. */
export function addSlots(sapa: SapaContext, orders: Orders): void {
  const title = { en: 'Orders', id: 'Pesanan' }
  sapa.slot('customer.sidebar', {
    ...{ id: 'orders', title, icon: 'shopping-cart', permission, minHeight: 160 },
    render: (props, viewer) => sidebar(sapa, orders, props, viewer)
  })
  sapa.slot('customer.header', {
    ...{ id: 'spent', title, permission },
    render: (props, viewer) => spent(sapa, orders, props, viewer)
  })
  sapa.slot('inbox.row.meta', {
    ...{ id: 'open', title, permission },
    async render({ rows }, viewer) {
      const known = await orders.known(rows.map(row => row.customer))
      const label = writerFor(sapa, viewer).t('open_order')
      const chips = rows.flatMap(({ conversation, customer }) =>
        known.get(customer)?.orders.some(isOpen)
          ? [[conversation, sapa.html`<span class="chip">${label}</span>`]]
          : []
      )
      return Object.fromEntries(chips) as Record<number, Html>
    }
  })
  sapa.slot('conversation.actions', {
    ...{ id: 'shop', title, permission },
    render: ({ customer }, viewer) => shopLink(sapa, customer, viewer)
  })
  sapa.slot('composer.toolbar', {
    ...{ id: 'insert', title, permission },
    render: ({ customer }, viewer) => insertButton(sapa, orders, customer, viewer)
  })
}

async function sidebar(
  sapa: SapaContext,
  orders: Orders,
  { customer }: CustomerProps,
  viewer: SlotViewer
): Promise<Html | null> {
  const { html } = sapa
  const w = writerFor(sapa, viewer)
  const shop = shopOf(sapa.settings.get())
  try {
    const found = await orders.of(customer)
    if (!found || !shop) return html`<p class="muted">${w.t('not_set_up')}</p>`
    const { known, problem } = found
    if (known.orders.length === 0 && !problem) return html`<p class="muted">${w.t('none')}</p>`
    return html`${problem ? problemLine(sapa, problem, w, known.fetchedAt) : ''}
      <ul class="orders">
        ${known.orders.slice(0, shown).map(one => orderLine(html, one, orderUrl(shop, one.id), w))}
      </ul>
      ${known.orders.length > shown ? html`<p class="muted small">${w.t('more', { count: known.orders.length - shown })}</p>` : ''}`
  } catch (error) {
    if (!(error instanceof ShopProblem)) throw error
    sapa.log.warn({ problem: error.kind }, 'the shop did not answer')
    return problemLine(sapa, error, w, null)
  }
}

function problemLine(
  { html }: SapaContext,
  { kind }: ShopProblem,
  w: Writer,
  lastAt: number | null
): Html {
  const age = lastAt === null ? '' : ` ${w.t('as_of', { date: w.date(lastAt) })}`
  return html`<p class="callout callout--warn">${w.t(`problem.${kind}`)}${age}</p>`
}

async function spent(
  { html, ...sapa }: SapaContext,
  orders: Orders,
  { customer }: CustomerProps,
  viewer: SlotViewer
): Promise<Html | null> {
  const known = (await orders.known([customer])).get(customer)
  const sum = known && sumOf(known.orders)
  if (!known || !sum) return null
  const w = writerFor(sapa, viewer)
  const values = { count: known.orders.length, amount: w.money(sum.amount, sum.currency) }
  return html`<span class="muted small">${w.t('spent', values)}</span>`
}

async function shopLink(
  sapa: SapaContext,
  customer: number,
  viewer: SlotViewer
): Promise<Html | null> {
  const shop = shopOf(sapa.settings.get())
  const record = shop && (await sapa.customers.find(customer))
  const email = record?.identities.find(one => one.kind === 'email' && one.isVerified)?.value
  if (!shop || !email) return null
  const { t } = writerFor(sapa, viewer)
  return sapa.html`<a class="button" href="${searchUrl(shop, email)}">${t('in_shop')}</a>`
}

async function insertButton(
  sapa: SapaContext,
  orders: Orders,
  customer: number,
  viewer: SlotViewer
): Promise<Html | null> {
  const order = (await orders.known([customer])).get(customer)?.orders[0]
  if (!order) return null
  const w = writerFor(sapa, viewer)
  return sapa.html`<button type="button" class="button button--ghost" data-insert="${sentence(order, w)}">${w.t('insert', { number: order.number })}</button>`
}

const sentence = (order: Order, w: Writer) =>
  w.t('sentence', {
    ...{ number: order.number, date: w.date(order.at), status: w.status(order.status) },
    total: w.money(Number(order.total), order.currency)
  })
