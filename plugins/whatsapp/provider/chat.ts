import type { DemoWords } from 'sapa/plugin-api'
import { keepFile } from './file.ts'
import { textOf } from './payload.ts'
import type { World } from './world.ts'

type Content = Record<string, unknown> & { type: string }

/** What a customer writes, as Meta hands it over. Null: no message. */
export function contentOf(world: World, words: DemoWords): Content | null {
  if (words.kind === 'text') return textOf(words.text)
  if (words.kind === 'photo' || words.kind === 'voice') return fileOf(world, words)
  if (words.kind === 'place') {
    const { kind: _, ...location } = words
    return { type: 'location', location }
  }
  if (words.kind !== 'advertised') return null
  const { text, title: headline, body } = words
  const source = { source_type: 'ad', source_id: '120330000000000017', media_type: 'image' }
  const referral = { ...source, source_url: 'https://fb.example/sinar', headline, body }
  return { ...textOf(text), referral }
}

function fileOf(world: World, words: Extract<DemoWords, { kind: 'photo' | 'voice' }>): Content {
  const { kind, mime: mime_type, bytes } = words
  const { id, sha256 } = keepFile(world, { mime: mime_type, filename: kind }, Buffer.from(bytes))
  const facts = { id, mime_type, sha256 }
  if (kind === 'voice') return { type: 'audio', audio: { ...facts, voice: true } }
  return { type: 'image', image: { ...facts, caption: words.text } }
}

/** What is about another message. Null: there is none, or no such thing. */
export function eventOf(
  words: DemoWords,
  last: (which: 'shop' | 'person') => string | null
): Content | null {
  const id = last(words.kind === 'reaction' ? 'shop' : 'person')
  if (id === null) return null
  if (words.kind === 'reaction') {
    return { type: 'reaction', reaction: { message_id: id, emoji: words.emoji } }
  }
  if (words.kind !== 'edit') return null
  return { type: 'edit', edit: { original_message_id: id, message: textOf(words.text) } }
}
