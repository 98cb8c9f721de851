import { createAccount } from '../../server/channel/account/create.ts'
import { make, type Setup } from './app.ts'

/** A mailbox of the scripted channel `surat`, and a conversation that a customer began on it. */
export async function makeLetter({ sapa, db, clock }: Pick<Setup, 'sapa' | 'db' | 'clock'>) {
  const address = `halo${Math.random().toString(36).slice(2)}@toko.example`
  const form = { host: 'imap.toko.example', password: 'rahasia-toko' }
  const account = await createAccount(
    db,
    sapa,
    { type: 'surat', name: 'Toko Cahaya', address, form },
    clock.now
  )
  const identity = await make.identity(db, { channel: 'surat' })
  const conversation = await make.conversation(db, {
    account_id: account.id,
    customer_id: identity.customer_id,
    channel: 'surat'
  })
  const message = await make.message(db, {
    conversation_id: conversation.id,
    account_id: account.id,
    identity_id: identity.id,
    channel: 'surat'
  })
  return { account, identity, conversation, message }
}
