import assert from 'node:assert/strict'
import test from 'node:test'
import type {
  CustomerRecord,
  Html,
  PersonalRecords,
  PluginRequest,
  SapaContext
} from 'sapa/plugin-api'
import plugin from '../index.ts'

type Work = (...given: unknown[]) => Promise<unknown>

/** Stands in for Sapa: keeps what the plugin registers, and values in memory. */
function start() {
  const seen: { render?: Work; handle?: Work; personal?: PersonalRecords } = {}
  const values = new Map<string, string>()
  const escape = (hole: unknown) => String(hole).replaceAll('<', '&lt;')
  plugin.setup({
    slot: (_name: string, { render }: { render: Work }) => void (seen.render = render),
    route: ({ handle }: { handle: Work }) => void (seen.handle = handle),
    personal: (records: PersonalRecords) => void (seen.personal = records),
    t: (_locale: string, key: string) => key,
    html: (parts: TemplateStringsArray, ...holes: unknown[]) => ({
      html: String.raw({ raw: parts }, ...holes.map(escape))
    }),
    values: {
      get: async (key: string) => values.get(key) ?? null,
      set: async (key: string, value: string) => void values.set(key, value),
      delete: async (key: string) => void values.delete(key)
    }
  } as unknown as SapaContext)
  const post = (customer: string, memo: string) =>
    seen.handle?.({ params: { customer }, form: { memo }, headers: {} } as unknown as PluginRequest)
  const show = async (customer: number) => {
    const card = await seen.render?.({ customer, conversation: null }, { locale: 'en' })
    return (card as Html).html
  }
  const customer = (id: number) => ({ id }) as CustomerRecord
  return {
    ...{ post, show },
    export: (id: number) => seen.personal?.export(customer(id)),
    erase: (id: number) => seen.personal?.erase(customer(id))
  }
}

test('what is saved is shown with its customer, and with no other', async () => {
  const { post, show } = start()

  assert.deepEqual(await post('3', ' Pays by transfer '), { redirect: '/customers/3' })

  assert.match(await show(3), />Pays by transfer</)
  assert.doesNotMatch(await show(4), /transfer/)
})

test('markup stays text, and an empty memo is forgotten', async () => {
  const { post, show } = start()

  await post('3', '<script>')
  assert.match(await show(3), /&lt;script>/)

  await post('3', '')
  assert.doesNotMatch(await show(3), /script/)
})

test('a customer that cannot be is refused', async () => {
  assert.deepEqual(await start().post('x', 'hello'), { status: 404 })
})

test('a customer gets to know what is kept, and it is erased', async () => {
  const { post, show, ...personal } = start()
  await post('3', 'Pays by transfer')

  assert.deepEqual(await personal.export(3), { memo: 'Pays by transfer' })
  await personal.erase(3)

  assert.equal(await personal.export(3), null)
  assert.doesNotMatch(await show(3), /transfer/)
})
