import { listTemplates } from '../../channel/template/list.ts'
import { capabilitiesOf } from '../../conversation/capabilities.ts'
import type { MessageHeaders } from '../../conversation/table.ts'
import { previewTemplate } from '../../conversation/reply/template.ts'
import type { MessageTemplate } from '../../plugin-api/template.ts'
import { expect, expectSame, notApplicable, notChecked, type Skip } from '../check.ts'
import { deliver, inbound, soon } from '../deliver.ts'
import { conversationOf, left, squeezed } from '../send.ts'
import type { Case, Stage } from './case.ts'

/** Promises of channels that know templates and buttons. */
export const messengerCases: Case[] = [
  { number: 36, name: 'Templates are listed, sent and asked for', check: sendsTemplates },
  { number: 37, name: 'A pressed button comes back as its choice', check: hearsButtons }
]

async function sendsTemplates(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (!world.capabilities.templates) return notApplicable('capabilities.templates is not set')
  await world.open()
  const { db, templates } = world.sapa
  await templates.sync(world.account.id)
  const listed = await listTemplates(db, world.account.id)
  const template = listed.find(one => one.state === 'approved' && !one.cannotSend)
  expect(template, 'session.templates lists none that is approved')
  const { window } = capabilitiesOf(await world.row(world.account))
  if (window?.outside === 'templates') {
    const kinds = world.provider.failures.flatMap(failure => failure.kinds)
    expect(kinds.includes('window_closed'), 'the spec shows no failure that is window_closed')
  }
  const values = valuesOf(template)
  const conversation = await conversationOf(world)
  const before = world.provider.sent().length
  const message = await world.say(conversation, {
    text: '',
    template: { name: template.name, language: template.language, values }
  })
  await left(world, message.id)
  const [sent] = world.provider.sent().slice(before)
  expect(sent, 'the provider got nothing')
  if (sent.template !== undefined) expectSame(sent.template, template.name, 'the template')
  const { body } = previewTemplate(template, values)
  const isWhole = squeezed(sent.text).includes(squeezed(body))
  expect(isWhole, `it says ${JSON.stringify(sent.text.slice(0, 120))}`)
}

const valuesOf = ({ fields }: MessageTemplate) =>
  Object.fromEntries(
    fields.map(({ key, type }) => [
      key,
      type === 'link' ? 'https://toko.example/foto.jpg' : `nilai ${key}`
    ])
  )

async function hearsButtons(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (!world.capabilities.choices) return notApplicable('capabilities.choices is not set')
  const { press } = world.provider.inbound
  if (!press) return notChecked('the spec has no `inbound.press`')
  await world.open()
  const conversation = await conversationOf(world)
  const before = world.provider.sent().length
  const choices = [
    { id: 'kirim-ulang', title: 'Ya' },
    { id: 'x'.repeat(64), title: 'Tidak' }
  ]
  const message = await world.say(conversation, { text: 'Kirim ulang fakturnya?', choices })
  await left(world, message.id)
  const [sent] = world.provider.sent().slice(before)
  expect(sent, 'the provider got nothing')
  for (const [index, { id, title }] of choices.entries()) {
    const at = Math.floor(Date.now() / 1000) * 1000
    const item = press({ id: `tekan-${index}`, from: world.person(), of: sent.remoteId, title, at })
    await deliver(world, [item])
    const pressed = await soon(world, `"${title}" comes into the timeline`, async () =>
      (await inbound(world)).find(row => (JSON.parse(row.headers) as MessageHeaders).choice === id)
    )
    expectSame(pressed.text, title, 'the text of the choice')
    expectSame(pressed.conversation_id, conversation, 'its conversation')
  }
}
