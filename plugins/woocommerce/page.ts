import type { Html, SapaContext } from 'sapa/plugin-api'
import { ShopProblem } from './client.ts'
import { listOrders } from './find.ts'
import { orderUrl } from './links.ts'
import type { Order } from './order.ts'
import { shopOf, type Shop } from './settings.ts'
import { writerFor, type Writer } from './show.ts'

const most = 50

/** Everything in the shop that still waits for something. */
export function addPage(sapa: SapaContext): void {
  sapa.page({
    path: '/orders',
    title: { en: 'Open orders', id: 'Pesanan berjalan' },
    access: 'agent',
    permission: 'orders',
    nav: { icon: 'shopping-cart' },
    async handle({ agent, signal }) {
      const timeZone = agent?.timeZone ?? 'Asia/Jakarta'
      const w = writerFor(sapa, { locale: agent?.locale ?? 'id', timeZone })
      const shop = shopOf(sapa.settings.get())
      if (!shop) return frame(sapa, w, sapa.html`<p class="empty">${w.t('not_set_up')}</p>`)
      try {
        const query = { status: 'pending,processing,on-hold', per_page: most }
        return frame(
          sapa,
          w,
          table(sapa, await listOrders(sapa.fetch, shop, query, signal), shop, w)
        )
      } catch (error) {
        if (!(error instanceof ShopProblem)) throw error
        const text = w.t(`problem.${error.kind}`)
        return frame(sapa, w, sapa.html`<p class="callout callout--warn">${text}</p>`)
      }
    }
  })
}

const frame = ({ html }: SapaContext, w: Writer, content: Html) =>
  html`<div class="stack">
    <p class="page__lead">${w.t('page.lead')}</p>
    ${content}
  </div>`

function table({ html }: SapaContext, orders: Order[], shop: Shop, w: Writer): Html {
  if (orders.length === 0) return html`<p class="empty">${w.t('page.none')}</p>`
  const heads = ['number', 'what', 'status', 'total'].map(name => w.t(`page.${name}`))
  const [number, what, status, total] = heads
  const rows = orders.map(
    order =>
      html`<tr>
        <td data-label="${number}">
          <span>
            <a class="link" href="${orderUrl(shop, order.id)}">#${order.number}</a>
            <small class="muted">${w.date(order.at)}</small>
          </span>
        </td>
        <td data-label="${what}">${order.items.join(', ')}</td>
        <td data-label="${status}">${w.status(order.status)}</td>
        <td class="table__number" data-label="${total}">
          ${w.money(Number(order.total), order.currency)}
        </td>
      </tr>`
  )
  return html`<div class="card table-wrap">
    <table class="table table--stack">
      <thead>
        <tr>
          ${heads.slice(0, 3).map(head => html`<th scope="col">${head}</th>`)}
          <th class="table__number" scope="col">${total}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}
