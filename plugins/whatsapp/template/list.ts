import type { MessageTemplate } from 'sapa/plugin-api'
import { askGraph } from '../graph/request.ts'
import type { Line } from '../line.ts'
import { objectsOf, readObject, textAt } from '../parse/loose.ts'
import { readTemplate, type Say } from './read.ts'

const fields = 'name,language,status,category,components,parameter_format,rejected_reason'
/** 100 on each: an account has at most 6,000 with all languages. */
const mostPages = 100

/** Every template of the business account, page by page. */
export async function listTemplates(
  line: Line,
  say: Say,
  signal: AbortSignal
): Promise<MessageTemplate[]> {
  const found: MessageTemplate[] = []
  let after = ''
  for (let page = 0; page < mostPages; page++) {
    const answer = await askGraph(line, {
      path: `${line.settings.wabaId}/message_templates`,
      query: { fields, limit: '100', ...(after && { after }) },
      signal
    })
    if (!Array.isArray(answer['data'])) {
      throw line.fail('temporary', 'The API listed no templates', { code: 'answer' })
    }
    found.push(...objectsOf(answer['data']).flatMap(one => readTemplate(one, say) ?? []))
    // The address of the next page would come with our token in it.
    const { next, cursors } = readObject(answer['paging'])
    const cursor = textAt(cursors, 'after')
    if (!next || cursor === '' || cursor === after) break
    after = cursor
  }
  return found
}
