import { fork } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { codeFile } from '../../paths.ts'
import type { ProbeResult, ProbeStep } from '../../plugin-api/channel.ts'
import { DomainError } from '../../errors.ts'
import { hidden } from '../../plugin-host/mask.ts'
import { createAccount } from '../../channel/account/create.ts'
import { expect, Failed, notApplicable, type Skip } from '../check.ts'
import type { World } from '../world.ts'
import { capabilityProblems } from './capability.ts'
import type { Case, Stage } from './case.ts'

export const shapeCases: Case[] = [
  { number: 1, name: 'Importing the plugin does nothing', check: importsQuietly },
  { number: 2, name: 'Capabilities are complete and kept by the session', check: isComplete },
  { number: 3, name: 'The connection test names a wrong secret', check: namesWrongSecret },
  { number: 4, name: 'The same account cannot be connected twice', check: refusesTwin }
]

/** Long for a machine that is busy; what keeps the process up never ends. */
const importMs = 60_000

function importsQuietly({ place }: Stage): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = pathToFileURL(place.code('index')).href
    const child = fork(codeFile('server/plugin-kit/import-child'), [url], { stdio: 'pipe' })
    const traces: string[] = []
    child.on('message', found => traces.push(...(found as string[])))
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', chunk => traces.push(`wrote ${String(chunk).trim().slice(0, 100)}`))
    }
    const timer = setTimeout(() => {
      traces.push('keeps the process busy')
      child.kill('SIGKILL')
    }, importMs)
    child.once('close', code => {
      clearTimeout(timer)
      if (code !== 0 && code !== null) traces.push(`ended with ${code}`)
      if (traces.length === 0) resolve()
      else reject(new Failed(`the import ${[...new Set(traces)].join('; ')}`))
    })
  })
}

async function isComplete(stage: Stage): Promise<void> {
  const world = await stage.world()
  const { definition, provider, capabilities } = world
  const problems = capabilityProblems(capabilities)
  for (const name of ['label.en', 'label.id', 'icon', 'colorLight', 'colorDark']) {
    const value = name.split('.').reduce<unknown>((at, key) => (at as never)?.[key], definition)
    if (typeof value !== 'string' || value === '') problems.push(`${name} is missing`)
  }
  if (definition.identityKinds.length === 0) problems.push('identityKinds is empty')
  await world.open()
  const session = world.session()
  if (provider.webhook && !world.isProgram && !session.webhook)
    problems.push('the session has no webhook')
  if (provider.arrive && !session.poll) problems.push('the session has no poll')
  const { receipts } = capabilities
  if ((receipts.delivered || receipts.read) && !provider.inbound.receipt) {
    problems.push('receipts are declared, but the spec has none')
  }
  if (provider.inbound.past && !session.history) problems.push('the session has no history')
  for (const part of ['send', 'close'] as const) {
    if (typeof session[part] !== 'function') problems.push(`the session has no ${part}`)
  }
  expect(problems.length === 0, problems.join('; '))
}

async function namesWrongSecret(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { definition, provider } = world
  const names = Object.keys(definition.settings).filter(
    name => definition.settings[name]?.type === 'secret' && provider.form(1)[name]
  )
  if (names.length === 0) return notApplicable('the form has no secret')
  expect(definition.probe, 'there is no connection test')

  const right = await probe(world, provider.form(1))
  expect(right.result.isOk, `the test fails with a right form: ${right.told}`)

  const wrong = Object.fromEntries(names.map(name => [name, `salah-${name}-4711`]))
  const { result, steps, told } = await probe(world, { ...provider.form(1), ...wrong })
  expect(!result.isOk, 'the test succeeds with a wrong secret')
  const failed = steps.filter(step => step.state === 'failed')
  expect(failed.length > 0, 'no step of the test says that it failed')
  const { field } = failed.find(step => step.field !== undefined) ?? {}
  expect(field !== undefined, 'no failed step names a field')
  expect(field in definition.settings, `the form has no field ${field}`)
  // Sapa has hidden what it knew; that it had to is the channel's mistake.
  for (const secret of [...world.secrets, ...Object.values(wrong), hidden]) {
    expect(!told.includes(secret), 'the test tells a secret')
  }
}

async function probe({ definition }: World, form: Parameters<typeof definition.capabilities>[0]) {
  const steps: ProbeStep[] = []
  const run = definition.probe?.(form, AbortSignal.timeout(20_000), step => steps.push(step))
  const result = await Promise.resolve(run).catch((error: unknown): ProbeResult => {
    throw new Failed(`the test throws ${error instanceof Error ? error.name : 'something'}`)
  })
  expect(result, 'the test answers nothing')
  return { result, steps, told: JSON.stringify([result, steps]) }
}

async function refusesTwin(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { definition, provider, sapa, timing } = world
  if (!definition.probe && world.isProgram) {
    return notApplicable('the channel connects to nobody: its accounts are made here')
  }
  if (!definition.probe)
    throw new Failed('without a connection test nobody knows whose account it is')
  const { result, told } = await probe(world, provider.form(1))
  const externalId = result.externalId ?? result.address
  expect(result.isOk && externalId, `the test names no externalId: ${told}`)
  const other = await probe(world, provider.form(2))
  const second = other.result.externalId ?? other.result.address
  expect(second !== externalId, 'two accounts have the same externalId')

  const { channel: type } = world.spec
  const input = { type, name: 'Akun', externalId, form: provider.form(1) }
  await createAccount(sapa.db, sapa, input, timing.now())
  const refusal = await createAccount(sapa.db, sapa, input, timing.now()).catch(
    (error: unknown) => error
  )
  expect(refusal instanceof DomainError, 'the account was connected twice')
}
