import type { DemoPerson, DemoSide, PluginDemo } from 'sapa/plugin-api'
import { phoneIdentity } from './parse/person.ts'
import { callUntilTaken } from './provider/call.ts'
import { contentOf, eventOf } from './provider/chat.ts'
import { demoTemplates } from './provider/demo-templates.ts'
import { envelope, message, messages, status, statuses, type Writer } from './provider/payload.ts'
import { startProvider, type Provider } from './provider/start.ts'
import type { Phone, Taken } from './provider/world.ts'

export default {
  channel: 'whatsapp',
  async start(shop) {
    const meta = await startProvider()
    const [phone] = meta.world.phones as [Phone]
    phone.name = shop.name
    meta.world.templates.set(phone.waba, demoTemplates)
    return sideOf(meta, phone)
  }
} satisfies PluginDemo

function sideOf({ world, url, stop }: Provider, phone: Phone): DemoSide {
  const people = new Map<string, DemoPerson>()
  const last = new Map<string, string>()
  const timers = new Set<NodeJS.Timeout>()
  let webhook = ''

  const bring = (change: Record<string, unknown>) =>
    callUntilTaken(webhook, envelope(world, [change]), world.appSecret, 20_000)

  function tell(taken: Taken, word: string, afterMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      bring(statuses(phone, [status(world, taken, word)])).catch(() => undefined)
    }, afterMs)
    timers.add(timer)
  }

  return {
    account: {
      ...{ name: 'WhatsApp Toko', address: `+${phone.number}`, externalId: phone.id },
      form: {
        ...{ phoneNumberId: phone.id, wabaId: phone.waba, accessToken: phone.token },
        ...{ appSecret: world.appSecret, apiUrl: url }
      }
    },
    host: new URL(url).host,
    connected(webhookUrl) {
      webhook = webhookUrl
    },
    placeOf(person) {
      const { phone: digits, name } = writerOf(person)
      people.set(digits, person)
      return { identity: { ...phoneIdentity(digits), name }, threadKey: digits }
    },
    recall(person, { isOurs }) {
      const { phone: to } = writerOf(person)
      const id = `wamid.LAMA${++world.count}`
      if (isOurs) world.taken.push({ id, phone: phone.id, to, body: {} })
      else world.written.add(id)
      last.set(`${isOurs ? 'shop' : 'person'} ${to}`, id)
      return id
    },
    async says(person, words) {
      const writer = writerOf(person)
      people.set(writer.phone, person)
      const content = contentOf(world, words)
      const event = content ?? eventOf(words, which => last.get(`${which} ${writer.phone}`) ?? null)
      if (!event) return false
      const one = message(world, writer, event)
      if (content) last.set(`person ${writer.phone}`, String(one['id']))
      await bring(messages(phone, writer, [one]))
      return true
    },
    onSent(listener) {
      world.onTaken = taken => {
        const person = people.get(taken.to)
        if (!person || taken.body['type'] === 'reaction') return
        last.set(`shop ${taken.to}`, taken.id)
        tell(taken, 'delivered', 1500)
        tell(taken, 'read', 4000)
        listener(person)
      }
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      await stop()
    }
  }
}

const writerOf = ({ name, phone }: DemoPerson): Writer & { phone: string } => ({
  name,
  phone: phone.slice(1)
})
