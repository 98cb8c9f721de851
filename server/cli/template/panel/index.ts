import type { Html, SapaContext, SapaPlugin } from 'sapa/plugin-api'

/** Nothing happens when this file is loaded; `setup` registers, Sapa undoes. */
export default {
  setup(sapa) {
    sapa.slot('customer.sidebar', {
      id: 'memo',
      title: { en: sapa.t('en', 'title'), id: sapa.t('id', 'title') },
      render: ({ customer }, { locale }) => card(sapa, customer, locale)
    })
    // Whatever is kept about a customer must be told and erased when the customer asks.
    sapa.personal({
      async export({ id }) {
        const memo = await sapa.values.get(keyOf(id))
        return memo === null ? null : { memo }
      },
      erase: ({ id }) => sapa.values.delete(keyOf(id))
    })
    sapa.route({
      method: 'POST',
      path: '/customers/:customer/memo',
      access: 'agent',
      async handle({ params, form, headers, agent }) {
        const customer = Number(params.customer)
        const memo = typeof form?.memo === 'string' ? form.memo.trim().slice(0, 500) : ''
        if (!Number.isSafeInteger(customer) || customer < 1) return { status: 404 }
        if (memo === '') await sapa.values.delete(keyOf(customer))
        else await sapa.values.set(keyOf(customer), memo)
        // A browser without scripts sends the form as a page and wants one back.
        if (!headers['hx-request']) return { redirect: `/customers/${customer}` }
        const { html } = await card(sapa, customer, agent?.locale ?? 'en')
        return { headers: { 'content-type': 'text/html; charset=utf-8' }, body: html }
      }
    })
  }
} satisfies SapaPlugin

const keyOf = (customer: number) => `memo.${customer}`

/** What stands in `${…}` is escaped: a memo with `<script>` in it is shown as it was typed. */
async function card(sapa: SapaContext, customer: number, locale: string): Promise<Html> {
  const memo = (await sapa.values.get(keyOf(customer))) ?? ''
  const address = `/p/my-panel/customers/${customer}/memo`
  return sapa.html`
    <form class="form" method="post" action="${address}" hx-post="${address}" hx-target="closest .slot__body">
      <label class="field">
        <span class="field__label">${sapa.t(locale, 'label')}</span>
        <textarea class="input" name="memo" rows="3" maxlength="500">${memo}</textarea>
      </label>
      <button class="button">${sapa.t(locale, 'save')}</button>
    </form>`
}
