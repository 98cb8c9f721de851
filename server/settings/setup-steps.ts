import { listAgents } from '../agent/find.ts'
import { listAccounts } from '../channel/account/find.ts'
import { channelLook } from '../inbox/channel-look.ts'
import type { Sapa } from '../sapa.ts'
import { getSettings } from '../setting/get.ts'
import type { Request } from '../web/app.ts'

export type StepName = 'account' | 'business' | 'channel' | 'team'

export interface SetupStep {
  name: StepName
  /** What was chosen there. */
  note: string | null
  isDone: boolean
  isCurrent: boolean
}

export interface SetupFrame {
  steps: SetupStep[]
  number: number
}

/** The steps beside each page of the wizard, with what is done already. */
export async function setupFrame(
  { db, channels }: Sapa,
  request: Request,
  current: StepName
): Promise<SetupFrame> {
  const { agent, words } = request
  if (!agent) return framed(current, {})
  const [settings, accounts, agents] = await Promise.all([
    getSettings(db),
    listAccounts(db),
    listAgents(db)
  ])
  const types = [...new Set(accounts.map(account => account.type))]
  const labels = types.map(type => channelLook(channels, type, words.locale).label)
  const others = agents.length - 1
  return framed(current, {
    account: agent.email,
    ...(settings.businessName && { business: settings.businessName }),
    ...(labels.length > 0 && { channel: labels.join(', ') }),
    ...(others > 0 && { team: words.t('setup.team.invited', { n: others }) })
  })
}

const order: StepName[] = ['account', 'business', 'channel', 'team']

function framed(current: StepName, notes: Partial<Record<StepName, string>>): SetupFrame {
  const steps = order.map(name => ({
    name,
    note: notes[name] ?? null,
    isDone: notes[name] !== undefined && name !== current,
    isCurrent: name === current
  }))
  return { steps, number: order.indexOf(current) + 1 }
}
