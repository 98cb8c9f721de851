import type { Actor } from '../../conversation/event.ts'
import { addPluginNote } from '../../conversation/note.ts'
import { tagConversation } from '../../conversation/tag.ts'
import { DomainError, InvalidInput } from '../../errors.ts'
import type { RecordContext } from '../../plugin-api/records.ts'
import type { Active } from '../active.ts'
import { assertScope } from '../scope.ts'
import type { HostTools } from '../tools.ts'
import { findConversationRecord, listMessageRecords } from './conversation.ts'
import { findCustomerRecord } from './customer.ts'
import { Pace } from './pace.ts'

/** Sapa's own records for a plugin, each part behind its scope. */
export function recordContext(
  { db, reader, clock }: Pick<HostTools, 'db' | 'reader' | 'clock'>,
  active: Active
): Pick<RecordContext, 'customers' | 'conversations'> {
  const actor: Actor = { kind: 'plugin', id: active.id, title: active.manifest.title }
  const need = (scope: string) => assertScope(active, scope)
  const pace = new Pace()
  return {
    customers: {
      find: async id => {
        need('customers:read')
        return findCustomerRecord(reader, id)
      }
    },
    conversations: {
      find: async id => {
        need('conversations:read')
        return findConversationRecord(reader, id)
      },
      messages: async (id, options = {}) => {
        need('conversations:read')
        return listMessageRecords(reader, id, options.limit)
      },
      addNote: async (id, text) => {
        need('conversations:write')
        pace.step(id, clock())
        await told(addPluginNote(db, { conversationId: id, actor, text }, clock()), id)
      },
      addTag: async (id, tag) => {
        need('conversations:write')
        pace.step(id, clock())
        await told(tagConversation(db, id, tag, actor, clock()), id)
      }
    }
  }
}

/** A refusal in words for the author; the codes are for pages. */
async function told(work: Promise<unknown>, conversation: number): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof InvalidInput) {
      const why = `Conversation ${conversation} cannot take this: ${reasonsOf(error)}`
      throw new Error(why, { cause: error })
    }
    if (!(error instanceof DomainError) || error.status !== 404) throw error
    throw new Error(`There is no conversation ${conversation}`, { cause: error })
  }
}

const reasonsOf = ({ fields }: InvalidInput) =>
  Object.entries(fields)
    .map(([field, key]) => `${field} ${key.replace('error.field.', '').replaceAll('_', ' ')}`)
    .join(', ')
