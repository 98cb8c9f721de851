/**
 * Keeps points of customers. Shows what a plugin can be to its neighbours: it lends functions to
 * other plugins, guards a permission, serves programs, adds commands, and tells and forgets what it
 * keeps about a customer.
 *
 * @type {import('sapa/plugin-api').SapaPlugin}
 */
export default {
  setup(sapa) {
    const keyOf = customer => `customer:${customer}`
    const balance = async customer => Number((await sapa.values.get(keyOf(customer))) ?? 0)

    async function add(customer, points) {
      if (!Number.isInteger(points)) throw new Error('Points are whole numbers')
      if (!(await sapa.customers.find(customer)))
        throw new Error(`There is no customer ${customer}`)
      const sum = (await balance(customer)) + points
      await sapa.values.set(keyOf(customer), String(sum))
      return sum
    }

    // Other plugins: `sapa.use('points', '^1.0')`. Nothing else of this plugin can be reached.
    sapa.expose({ balance, add })

    // The owner decides on the settings page who may do this; supervisors until then.
    sapa.permission({
      name: 'give',
      label: { en: 'Give points', id: 'Memberi poin' },
      role: 'supervisor'
    })

    // POST /api/v1/x/points/customers/12/points with a token of Sapa, at most 60 times a minute.
    sapa.route({
      method: 'POST',
      path: '/customers/:id/points',
      access: 'api',
      permission: 'give',
      rate: { max: 60, perMs: 60_000 },
      summary: 'Give points to a customer',
      async handle({ params, form }) {
        const points = form?.points
        const customer = Number(params.id)
        if (!Number.isInteger(points)) return { status: 422, body: { error: 'points' } }
        if (!(await sapa.customers.find(customer)))
          return { status: 404, body: { error: 'customer' } }
        return { status: 201, body: { points: await add(customer, points) } }
      }
    })

    // sapa plugin run points give 12 40
    sapa.command({
      name: 'give',
      summary: 'give CUSTOMER POINTS: adds points and prints the sum',
      async run([customer, points], terminal) {
        terminal.say(String(await add(Number(customer), Number(points))))
      }
    })

    // What is kept about a customer must be told and forgotten when the customer asks for it.
    sapa.personal({
      export: async ({ id }) => ((await balance(id)) === 0 ? null : { points: await balance(id) }),
      erase: ({ id }) => sapa.values.delete(keyOf(id))
    })
  }
}
