import type { SapaPlugin } from 'sapa/plugin-api'
import { hasCard, masked } from './card.ts'

/** Shows filters (one that guards, two that decorate), an event, and a durable consumer. */
export default {
  setup(sapa) {
    // Guards: whatever goes wrong in here stops the reply. `refuse` is no error but an answer,
    // which the agent reads above what was typed.
    sapa.filter('message.outbound', ({ text, subject = '' }) => {
      if (!hasCard(`${subject} ${text}`)) return
      throw sapa.refuse({
        en: 'It shows a card number. Leave it out, the last four digits are enough.',
        id: 'Ada nomor kartu di dalamnya. Hapus dulu, empat digit terakhir sudah cukup.'
      })
    })

    // Decorates: when it fails, the message comes in as it was.
    sapa.filter('message.inbound', value => ({ ...value, text: masked(value.text) }))

    // Late, so that it sees what other plugins have written.
    sapa.filter(
      'acknowledgement.text',
      ({ text }) => (text === '' ? undefined : { text: `${text}\n\n${warning}` }),
      { priority: 90 }
    )

    // In memory: fine for a log line, lost in a crash.
    sapa.on('message.sent', ({ conversation }) =>
      sapa.log.debug({ conversation }, 'a reply passed')
    )

    // Durable: also what was closed while the plugin was off, and again after a crash in here.
    // So the count is kept together with the last delivery that it knows.
    sapa.consume('conversation.closed', 'count', async ({ id }) => {
      const before = read(await sapa.values.get('closed'))
      if (before.last === id) return
      await sapa.values.set('closed', JSON.stringify({ count: before.count + 1, last: id }))
    })

    // GET /p/card-guard/count
    sapa.route({
      method: 'GET',
      path: '/count',
      access: 'agent',
      handle: async () => ({ body: { closed: read(await sapa.values.get('closed')).count } })
    })
  }
} satisfies SapaPlugin

const warning = 'Demi keamanan, jangan kirim nomor kartu. Please never send card numbers.'

interface Count {
  count: number
  /** Id of the delivery that was counted last. */
  last: string
}

const read = (kept: string | null): Count =>
  kept === null ? { count: 0, last: '' } : (JSON.parse(kept) as Count)
