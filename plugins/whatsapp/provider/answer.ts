import { readAccount } from './account.ts'
import { refused, Wrong } from './error.ts'
import { downloadFile, readFile, takeFile } from './file.ts'
import { takeMessage } from './message.ts'
import { listTemplates } from './template.ts'
import type { Answered, Asked, Phone, World } from './world.ts'

/** The Graph API as documented: strict in what it takes. */
export function answer(world: World, asked: Asked): Answered {
  world.asked.push(asked)
  try {
    if (asked.path.startsWith('/download/')) return downloadFile(world, asked)
    const [, version = '', ...path] = asked.path.split('/')
    if (!/^v\d{1,3}\.\d$/.test(version)) throw new Wrong(100, `Unknown path ${asked.path}`)
    const token = bearerOf(world, asked)
    const scripted = world.refusals[0]
    if (scripted && isMeant(scripted, asked)) {
      world.refusals.shift()
      return refused(scripted)
    }
    return routed(world, asked, path, token)
  } catch (error) {
    if (error instanceof Wrong) return refused(error.refusal)
    throw error
  }
}

function isMeant({ to }: { to?: string }, { method, json }: Asked): boolean {
  return method === 'POST' && (to === undefined || [json?.['to'], json?.['recipient']].includes(to))
}

function bearerOf(world: World, { headers }: Asked): string {
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
  const known = world.tokens.get(token)
  if (!known || (known.expiresAt > 0 && known.expiresAt * 1000 < world.now())) {
    throw new Wrong(190, 'Error validating access token', { subcode: 463 })
  }
  return token
}

function routed(world: World, asked: Asked, path: string[], token: string): Answered {
  const [id = '', edge = ''] = path
  const { method } = asked
  const phone = world.phones.find(one => one.id === id && one.token === token)
  if (phone && method === 'POST' && edge === 'messages') return takeMessage(world, phone, asked)
  if (phone && method === 'POST' && edge === 'media') return takeFile(world, asked)
  if (method === 'GET' && edge === 'message_templates' && isOwn(world, id, token)) {
    return listTemplates(world, id, asked)
  }
  if (method === 'GET' && edge === '' && world.files.has(id)) return readFile(world, id, asked)
  const told = readAccount(world, { asked, path, token, phone })
  if (told) return told
  const details = `Object with ID '${id}' does not exist or cannot be loaded due to missing permissions`
  throw new Wrong(100, details, { subcode: 33 })
}

const isOwn = ({ phones }: World, waba: string, token: string) =>
  phones.some((phone: Phone) => phone.waba === waba && phone.token === token)
