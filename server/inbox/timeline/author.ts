import type { MessageHeaders, MessageKind } from '../../conversation/table.ts'
import type { Author } from './entry.ts'

interface Row {
  kind: MessageKind
  identity_id: number | null
  agent_id: number | null
  headers: string
  agent_name: string | null
  identity_name: string | null
  identity_value: string | null
  customer_name: string | null
}

/** Who wrote a message, from its row and those beside it. */
export function authorOf(row: Row): Author {
  if (row.kind === 'inbound') {
    const name = row.identity_name ?? row.customer_name ?? row.identity_value ?? ''
    return { kind: 'customer', id: row.identity_id, name, address: row.identity_value }
  }
  if (row.agent_id !== null) {
    return { kind: 'agent', id: row.agent_id, name: row.agent_name ?? '', address: null }
  }
  const { plugin } = JSON.parse(row.headers) as MessageHeaders
  if (plugin) {
    const { title } = plugin
    return { kind: 'plugin', id: null, name: title.en, address: null, title }
  }
  return { kind: 'system', id: null, name: '', address: null }
}
