import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, Failed } from '../check.ts'
import type { SettingsField } from '../../plugin-api/settings.ts'
import type { Case, Stage } from './case.ts'

export const paperCases: Case[] = [
  { number: 40, name: 'Every text is there in both languages', check: speaksBoth },
  { number: 44, name: 'The README shows set-up, limits and removal', check: isDocumented }
]

async function speaksBoth(stage: Stage): Promise<void> {
  const { folder, manifest } = stage.place
  const [en, id] = ['en', 'id'].map(name => readTexts(join(folder, 'locales', `${name}.json`)))
  const keys = new Set([...Object.keys(en ?? {}), ...Object.keys(id ?? {})])
  const missing = [...keys].filter(key => !en?.[key]?.trim() || !id?.[key]?.trim())
  const { definition } = await stage.world()
  const texts: [string, unknown][] = [
    ['title', manifest.title],
    ['description', manifest.description],
    ['label', definition.label],
    ...(definition.connect ?? []).map((link): [string, unknown] => ['connect', link.label]),
    ...Object.entries(definition.settings).flatMap(([name, field]) => textsOf(name, field))
  ]
  missing.push(...texts.filter(([, text]) => !isBoth(text)).map(([where]) => where))
  expect(missing.length === 0, `one language is missing in ${missing.join(', ')}`)
}

function readTexts(file: string): Record<string, string> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
}

function textsOf(name: string, field: SettingsField): [string, unknown][] {
  const { label, hint, group, options = [] } = field
  const more = [hint, group, ...options.map(option => option.label)].filter(Boolean)
  return [label, ...more].map(text => [`the field ${name}`, text])
}

function isBoth(text: unknown): boolean {
  const { en, id } = (text ?? {}) as Record<string, unknown>
  return [en, id].every(one => typeof one === 'string' && one.trim() !== '')
}

const chapters: Record<string, RegExp> = {
  'how to set it up': /^#+ .*\b(set.?up|connect|install|pasang|hubungkan)/im,
  'its limits': /^#+ .*\b(limits?|good to know|batas)/im,
  'how to remove it': /^#+ .*\b(remove|removal|uninstall|hapus|lepas)/im
}

function isDocumented({ place: { folder } }: Stage): Promise<void> {
  const file = join(folder, 'README.md')
  if (!existsSync(file)) throw new Failed('there is no README.md')
  const text = readFileSync(file, 'utf8')
  const missing = Object.keys(chapters).filter(name => !chapters[name]?.test(text))
  expect(missing.length === 0, `the README has no chapter on ${missing.join(', ')}`)
  const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)\s]+)\)/g)].map(([, path = '']) => path)
  expect(pictures.length > 0, 'the README shows no picture')
  const lost = pictures.filter(path => !existsSync(join(folder, path)))
  expect(lost.length === 0, `the README misses ${lost.join(', ')}`)
  return Promise.resolve()
}
