import type { Html, SapaContext, SlotViewer } from 'sapa/plugin-api'
import { ask, ShopProblem } from './client.ts'
import { shopOf } from './settings.ts'
import { writerFor, type Writer } from './show.ts'

const cacheMs = 5 * 60_000

/** What was sold between two days of the reader, both included. */
interface Sales {
  amount: number
  orders: number
  items: number
}

export function addSalesCards(sapa: SapaContext): void {
  const title = { en: 'Sales in the shop', id: 'Penjualan toko' }
  const common = { title, icon: 'shopping-cart', permission: 'orders', minHeight: 96 }
  sapa.slot('dashboard.cards', {
    ...common,
    id: 'today',
    render: (_props, viewer) => card(sapa, viewer, [Date.now(), Date.now()])
  })
  sapa.slot('report.cards', {
    ...common,
    id: 'sales',
    // `to` is the first moment after the last day.
    render: ({ from, to }, viewer) => card(sapa, viewer, [from, to - 1])
  })
}

async function card(
  sapa: SapaContext,
  viewer: SlotViewer,
  [from, to]: [number, number]
): Promise<Html> {
  const w = writerFor(sapa, viewer)
  try {
    const days = [from, to].map(at => dayOf(at, viewer.timeZone))
    const sales = await salesBetween(sapa, days[0] ?? '', days[1] ?? '')
    if (!sales) return sapa.html`<p class="muted">${w.t('not_set_up')}</p>`
    return figures(sapa, sales, w)
  } catch (error) {
    if (!(error instanceof ShopProblem)) throw error
    return sapa.html`<p class="callout callout--warn">${w.t(`problem.${error.kind}`)}</p>`
  }
}

/** `GET /reports/sales?date_min=…&date_max=…`; days are those of the shop. */
async function salesBetween(
  { values, fetch, settings, signal }: SapaContext,
  from: string,
  to: string
): Promise<Sales | null> {
  const shop = shopOf(settings.get())
  if (!shop) return null
  const key = `sales:${from}:${to}`
  const known = await values.get(key)
  if (known) return JSON.parse(known) as Sales
  const query = { date_min: from, date_max: to }
  const answer = await ask(fetch, shop, 'reports/sales', query, signal)
  const report = (Array.isArray(answer) ? answer[0] : null) as Record<string, unknown> | null
  if (!report) throw new ShopProblem('strange', 'no report')
  const sales = {
    amount: Number(report['total_sales']) || 0,
    orders: Number(report['total_orders']) || 0,
    items: Number(report['total_items']) || 0
  }
  await values.set(key, JSON.stringify(sales), cacheMs)
  return sales
}

function figures({ html }: SapaContext, { amount, orders, items }: Sales, w: Writer): Html {
  const facts: [string, string | number][] = [
    [w.t('sales.amount'), w.money(amount, 'IDR')],
    [w.t('sales.orders'), orders],
    [w.t('sales.items'), items]
  ]
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`
    )}
  </dl>`
}

/** `2026-11-20` where the reader lives. */
const dayOf = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)
