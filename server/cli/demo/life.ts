import { randomBytes } from 'node:crypto'
import type { AccountContext } from '../../plugin-api/account.ts'
import type { DemoSide } from '../../plugin-api/demo.ts'
import type { OutboundStep } from '../../plugin-api/outbound.ts'
import { itemOf, type Lines } from './channel.ts'
import { identityOf, type Customer } from './customer.ts'
import { mediumFor, type World } from './fill.ts'
import { fillSlots, slotsOf } from './goods.ts'
import { mailItem } from './mail.ts'
import { liveScenes, type LiveScene } from './scenes.ts'
import type { Medium } from './script.ts'

const replies = {
  id: [
    'Baik kak, terima kasih infonya.',
    'Oke siap, saya tunggu kabarnya ya.',
    'Wah cepat sekali dibalas, terima kasih banyak 🙏',
    'Kalau begitu saya ambil yang itu saja. Bisa dikirim hari ini?',
    'Sudah saya coba dan berhasil. Terima kasih!',
    'Boleh minta nomor resinya sekalian?'
  ],
  en: [
    'Thank you, that helps a lot.',
    'Great, I will wait for your message then.',
    'Perfect. Could you send it today?'
  ]
}

/** Customers who write by themselves and answer what the shop sends. */
export class Life {
  readonly #lines: Lines
  readonly #timers = new Set<NodeJS.Timeout>()
  #world: World | null = null

  constructor(lines: Lines) {
    this.#lines = lines
  }

  /** Somebody new writes every twenty to forty seconds. */
  start(world: World): void {
    this.#world = world
    for (const side of world.sides.values()) {
      side.onSent(({ phone }) => {
        const customer = world.customers.find(one => one.phone === phone)
        if (!customer) return
        this.#answer(customer, text => says(side, customer, text))
        if (!world.random.chance(0.4)) return
        const thanks = { kind: 'reaction', emoji: '🙏' } as const
        this.#later(6000, async () => void (await side.says(customer, thanks)))
      })
    }
    this.#later(6000, () => this.#arrive())
    for (const [index, scene] of liveScenes().entries()) this.#play(world, scene, index)
  }

  /** What only real channels have: voices, places, other words, …; each by a customer of its own. */
  #play({ sides, customers }: World, { medium, steps }: LiveScene, index: number): void {
    const side = sides.get(medium)
    const known = customers.filter(one => one.language === 'id' && one.identities[medium])
    const customer = known[index * 7 + 3]
    if (!side || !customer) return
    for (const [second, words] of steps) {
      this.#later(second * 1000, async () => void (await side.says(customer, words)))
    }
  }

  stop(): void {
    this.#world = null
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** Receipts first, then the customer's answer. */
  sent = (line: AccountContext, step: OutboundStep, remoteId: string): void => {
    if (step.kind !== 'message' || !this.#world) return
    if (line.facts.type !== 'email') {
      this.#later(1500, () => this.#receipt(line, remoteId, 'delivered'))
      this.#later(4000, () => this.#receipt(line, remoteId, 'read'))
    }
    const customer = this.#world.customers.find(one =>
      Object.values(one.identities).some(identity => identity.value === step.to.value)
    )
    if (!customer) return
    const references = [...(step.conversation?.references ?? []), remoteId]
    const subject = `Re: ${(step.subject ?? '').replace(/^Re: /i, '')}`
    this.#answer(customer, text => this.#write(line, customer, { text, subject, references }))
  }

  #answer(customer: Customer, write: (text: string) => Promise<void>): void {
    const random = this.#world?.random
    if (!random) return
    const text = random.pick(replies[customer.language])
    this.#later(random.between(8000, 16_000), () => write(text))
  }

  async #arrive(): Promise<void> {
    const world = this.#world
    if (!world) return
    this.#later(world.random.between(20_000, 40_000), () => this.#arrive())
    const customer = world.random.pick(world.customers)
    const script = world.random.pick(
      world.scripts.filter(one => one.language === customer.language)
    )
    const medium = mediumFor(world.random, script, customer)
    const opening = script.turns[0]
    if (!opening) return
    const slots = slotsOf(world.random, customer)
    const text = fillSlots(world.random.pick(opening.texts), slots)
    const side = world.sides.get(medium)
    if (side) return says(side, customer, text)
    const line = this.#lines.get(world.accounts[medium].id)
    if (!line) return
    await this.#write(line, customer, { text, subject: fillSlots(script.subject, slots) })
  }

  async #write(
    line: AccountContext,
    customer: Customer,
    words: { text: string; subject: string; references?: string[] }
  ): Promise<void> {
    const { type, address } = line.facts
    const { text, subject, references = [] } = words
    const at = new Date()
    const { name, email } = customer
    if (type === 'email') {
      const letter = { from: { name, email }, to: address ?? '', subject, text, references, at }
      return line.ingest([mailItem(letter)])
    }
    const { kind, value } = identityOf(customer, type as Medium)
    const namespace = kind === 'external' ? { namespace: type } : {}
    const key = randomBytes(9).toString('hex')
    const from = [{ kind, value, name, verified: true, ...namespace }]
    const event = { type: 'message', key, remoteId: key, at: at.getTime(), from } as const
    await line.ingest([itemOf({ ...event, threadKey: value, text })])
  }

  async #receipt(line: AccountContext, remoteId: string, status: 'delivered' | 'read') {
    const key = `${remoteId}-${status}`
    await line.ingest([
      itemOf({ type: 'delivery', key, at: Date.now(), ref: { remoteId }, status })
    ])
  }

  /** A line that has closed in the meantime refuses; then nobody writes. */
  #later(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work().catch(() => undefined)
    }, ms)
    this.#timers.add(timer)
  }
}

async function says(side: DemoSide, customer: Customer, text: string): Promise<void> {
  await side.says(customer, { kind: 'text', text })
}
