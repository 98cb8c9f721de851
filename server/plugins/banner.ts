import type { Translator } from '../i18n/words.ts'
import type { Banner } from '../inbox/banner.ts'
import { whyText } from '../plugin-host/boot/why.ts'
import { quarantineOf } from '../plugin-host/state.ts'
import type { Sapa } from '../sapa.ts'
import { titleOf } from './row.ts'
import type { Troubled } from './trouble.ts'

const shown = 2

/** What the system itself has switched off: those who may mend it hear of it wherever they are. */
export async function pluginBanners(
  { plugins, clock }: Pick<Sapa, 'plugins' | 'clock'>,
  troubled: Troubled[],
  words: Translator
): Promise<Banner[]> {
  const off = troubled.filter(row => row.state === 'quarantined').slice(0, shown)
  if (off.length === 0) return []
  const entries = await plugins.list()
  return off.flatMap(row => {
    const why = quarantineOf(row)
    if (!why) return []
    const entry = entries.find(({ id }) => id === row.id)
    const title = entry ? titleOf(entry, words) : row.id
    const action = { label: words.t('plugins.mend'), href: '/plugins?tab=troubled' }
    const text = `${whyText(why, words, clock())} ${words.t('plugins.problem.calm')}`
    return [{ tone: 'warn' as const, title: `${title}.`, text, actions: [action] }]
  })
}
