import type { OutboundStep } from 'sapa/plugin-api'
import { interactive } from './interactive.ts'
import type { Media } from './media.ts'
import { templateBody } from './template.ts'

/** What of a request says what is sent; the rest says to whom. Texts are cut already. */
export function bodyOf(step: OutboundStep, media: Media | null, listTitle: string): object {
  if (step.action) return actionBody(step.action)
  if (step.template) return { type: 'template', template: templateBody(step.template) }
  if (step.choices && step.choices.length > 0) {
    return {
      type: 'interactive',
      interactive: interactive(step.text, step.choices, media, listTitle)
    }
  }
  if (media) return { type: media.type, [media.type]: mediaPart(media, step.text) }
  // A link gets its preview, as in the app.
  return { type: 'text', text: { body: step.text, preview_url: /https?:\/\//i.test(step.text) } }
}

function mediaPart({ type, id, filename }: Media, caption: string): object {
  const isDocument = type === 'document'
  return { id, ...(caption && { caption }), ...(isDocument && { filename }) }
}

function actionBody(action: NonNullable<OutboundStep['action']>): object {
  if (action.type !== 'react') throw new Error(`WhatsApp has no ${action.type}`)
  const reaction = { message_id: action.target.remoteId, emoji: action.emoji ?? '' }
  return { type: 'reaction', reaction }
}
