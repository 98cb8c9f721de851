import { ownPage } from '../channel/account/own-page.ts'
import { isAtLeast } from '../agent/permission.ts'
import { readerOf, type Reader } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { TestResult } from '../plugin-host/form/test.ts'
import { holders } from '../plugin-host/permission/registry.ts'
import type { Sapa } from '../sapa.ts'
import { formSections, type FormSection } from '../settings/form-sections.ts'
import type { Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { readFaults, type ShownFault } from './log.ts'
import { readHead, type PluginHead } from './head.ts'
import { channelsOf } from './row.ts'
import { storedOf, type ShownStored } from './stored.ts'

/** What a test has found out. */
export interface ShownTest {
  state: 'ok' | 'failed' | 'broken' | 'incomplete'
  text: string
}

/** What the plugin guards itself, and from which role on somebody may. */
export interface ShownPermission {
  name: string
  label: string
  role: string
  roles: { value: string; label: string }[]
}

export interface PluginSettings {
  shell: Shell
  head: PluginHead
  /** Null while the plugin is off, or when it has nothing to set. */
  form: { sections: FormSection[]; hasTest: boolean } | null
  problem: Problem | null
  test: ShownTest | null
  accounts: { href: string; name: string }[]
  permissions: ShownPermission[]
  faults: ShownFault[]
  stored: ShownStored[]
  /** The version that it could go back to. */
  previous: string | null
  notice: string | null
}

const shownFaults = 3

/** The settings page of one plugin; `typed` comes back when something is wrong with it. */
export async function showSettings(
  sapa: Sapa,
  request: Request,
  id: string,
  more: Partial<Pick<PluginSettings, 'problem' | 'test' | 'notice'>> & {
    typed?: Record<string, unknown>
  } = {}
): Promise<PluginSettings> {
  const reader = readerOf(request)
  const { words } = reader
  const { head, entry } = await readHead(sapa, id, words, 'settings')
  const { problem = null, test = null, notice = null, typed } = more
  const [shell, accounts, faults, inventory] = await Promise.all([
    shellOf(sapa, reader, '/plugins'),
    listAccounts(sapa, channelsOf(entry)),
    readFaults(sapa, id, words),
    sapa.plugins.inventory(id)
  ])
  const form = sapa.plugins.form(id)
  const state = { ...(typed && { body: typed }), ...(problem && { problems: problem.fields }) }
  return {
    ...{ shell, head, problem, test, notice, accounts },
    permissions: listPermissions(sapa, id, reader),
    faults: faults.slice(0, shownFaults),
    stored: storedOf(inventory, words),
    previous: entry.previous,
    form: form && {
      sections: formSections(form.schema, form.stored, words.locale, state),
      hasTest: form.hasTest
    }
  }
}

/** Roles that the reader may give: nobody gives what is above themselves. */
function listPermissions({ plugins }: Sapa, id: string, { agent, words }: Reader) {
  return plugins.offers.permissions.list(id).map(({ name, label, role }) => ({
    ...{ name, role, label: inLocale(label, words.locale) },
    roles: holders
      .filter(one => one === role || isAtLeast(agent.role, one))
      .map(value => ({ value, label: words.t(`plugins.from.${value}`) }))
  }))
}

/** The plugin's own words about what was typed. */
export function testOf(result: TestResult, { words }: Request): ShownTest {
  if (!result) return { state: 'broken', text: words.t('plugins.test.broken') }
  const text = inLocale(result.text, words.locale)
  return { state: result.isOk ? 'ok' : 'failed', text }
}

async function listAccounts({ reader, channels }: Sapa, types: string[]) {
  if (types.length === 0) return []
  const rows = await reader
    .selectFrom('account')
    .select(['id', 'name', 'type'])
    .where('type', 'in', types)
    .orderBy('name')
    .limit(50)
    .execute()
  return rows.map(row => {
    const href = ownPage(channels, row) ?? `/settings/accounts/${row.id}`
    return { href, name: row.name }
  })
}
