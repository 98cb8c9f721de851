import { join } from 'node:path'
import type { Test } from 'tap'
import { BlobStore } from '../../server/blob/store.ts'
import { createAccount, type NewAccount } from '../../server/channel/account/create.ts'
import { Channels } from '../../server/channel/registry.ts'
import { Supervisor, type SupervisorTools } from '../../server/channel/line/supervisor.ts'
import type { Account } from '../../server/channel/table.ts'
import type { Logger } from '../../server/plugin-api/account.ts'
import { loadWords } from '../../server/i18n/words.ts'
import { openTestDb } from './database.ts'
import { manualTiming } from './manual-timing.ts'
import { Provider } from './scripted-channel.ts'

/** A database, a registry, a supervisor and a provider that the test scripts. */
export async function accountWorld(t: Test, more: Partial<SupervisorTools> = {}) {
  const { db, folder, file } = await openTestDb(t)
  const timing = manualTiming()
  const channels = new Channels()
  const provider = new Provider()
  const lines: string[] = []
  const tools: SupervisorTools = {
    db,
    channels,
    secrets: { seal: text => `sealed:${flip(text)}`, open: sealed => flip(sealed.slice(7)) },
    blobs: new BlobStore(join(folder, 'blobs')),
    timing,
    random: () => 0.5,
    log: collect(lines),
    publicUrl: 'https://bantuan.example',
    words: loadWords(),
    linkTo: token => `https://bantuan.example/files/${token}`,
    fetch: () => Promise.reject(new Error('no network in this test')),
    typing: { hear() {} },
    ...more
  }
  const supervisor = new Supervisor(tools)
  t.teardown(() => Promise.race([supervisor.stop(), timing.advance(60_000)]))
  const connect = (input: Partial<NewAccount> = {}): Promise<Account> => {
    const address = input.address ?? 'halo@toko.example'
    const form = { host: 'imap.toko.example', password: 'rahasia-toko' }
    return createAccount(
      db,
      tools,
      { type: 'surat', name: address, address, form, ...input },
      timing.now()
    )
  }
  const switchOff = channels.register(provider.channel(), 'surat')
  return {
    switchOff,
    db,
    file,
    folder,
    timing,
    channels,
    provider,
    tools,
    supervisor,
    connect,
    lines
  }
}

const flip = (text: string) => [...text].toReversed().join('')

function collect(lines: string[]): Logger {
  const keep = (facts: object, text = '') => void lines.push(`${text} ${JSON.stringify(facts)}`)
  return { debug: keep, info: keep, warn: keep, error: keep }
}
