/**
 * Uses the functions of the plugin `points`. Neither waits for the other: while `points` is off, this
 * one shows nothing.
 *
 * @type {import('sapa/plugin-api').SapaPlugin}
 */
export default {
  setup(sapa) {
    sapa.slot('customer.sidebar', {
      id: 'points',
      title: { en: 'Points', id: 'Poin' },
      async render({ customer }, { locale }) {
        // Asked for each time: what was lent ends when `points` is switched off or updated.
        const points = sapa.use('points', '^1.0')
        if (!points) return null
        const count = await points.balance(customer)
        return sapa.html`<p>${sapa.t(locale, 'balance', { count })}</p>`
      }
    })
  }
}
