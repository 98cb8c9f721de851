import { inLocale } from '../plugin-host/form/fields.ts'
import type { Sapa } from '../sapa.ts'

/** A plugin whose manifest says that it adds cards to reports. */
export interface CardSource {
  title: string
  isOn: boolean
}

const cards = ['slot:dashboard.cards', 'slot:report.cards']

export async function listSources(
  { plugins }: Pick<Sapa, 'plugins'>,
  locale: string
): Promise<CardSource[]> {
  return (await plugins.list()).flatMap(({ manifest, state }) =>
    manifest?.provides.some(thing => cards.includes(thing))
      ? [{ title: inLocale(manifest.title, locale), isOn: state === 'active' }]
      : []
  )
}
