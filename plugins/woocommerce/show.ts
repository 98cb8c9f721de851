import type { Html, SapaContext, SlotViewer } from 'sapa/plugin-api'
import type { Order } from './order.ts'

/** How things are written for one reader. */
export interface Writer {
  t(key: string, values?: Record<string, string | number>): string
  money(amount: number, currency: string): string
  date(at: number): string
  status(status: string): string
}

const languages: Record<string, string> = { id: 'id-ID', en: 'en-GB' }

export function writerFor(
  sapa: Pick<SapaContext, 't'>,
  { locale, timeZone }: Pick<SlotViewer, 'locale' | 'timeZone'>
): Writer {
  const language = languages[locale] ?? 'en-GB'
  const t: Writer['t'] = (key, values) => sapa.t(locale, key, values)
  return {
    t,
    money(amount, currency) {
      const style = {
        style: 'currency',
        currency: currency || 'IDR',
        maximumFractionDigits: 0
      } as const
      try {
        return new Intl.NumberFormat(language, style).format(amount)
      } catch {
        return `${currency} ${amount}`
      }
    },
    date: at => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone }).format(at),
    status: status => {
      const word = t(`status.${status}`)
      // A status of another plugin of the shop has no words here.
      return word.includes('status.') ? status : word
    }
  }
}

/** One order as a line of a list. */
export function orderLine(html: SapaContext['html'], order: Order, url: string, w: Writer): Html {
  const total = w.money(Number(order.total), order.currency)
  const what =
    order.items.length > 0 ? order.items.join(', ') : w.t('order', { number: order.number })
  const status = html`<small>${w.status(order.status)}</small>`
  return html`<li>
    <div class="orders__main">
      <a class="link link--quiet" href="${url}">${what}</a>
      <small>#${order.number} · ${w.date(order.at)}</small>
    </div>
    <div class="orders__side"><b>${total}</b>${status}</div>
  </li>`
}

/** One currency at a time: the one of the newest order. */
export function sumOf(orders: readonly Order[]): { amount: number; currency: string } | null {
  const currency = orders[0]?.currency
  if (currency === undefined) return null
  const paid = orders.filter(order => order.currency === currency && counts(order))
  return { amount: paid.reduce((sum, order) => sum + Number(order.total), 0), currency }
}

const counts = ({ status }: Order) => !['cancelled', 'failed', 'refunded', 'trash'].includes(status)
