import type { AccountContext, SapaContext, Text } from 'sapa/plugin-api'
import { questions } from './ask.ts'
import { say } from './finding.ts'
import { readSettings } from './settings.ts'
import { lookAtToken, noticeMs, type TokenLook } from './token.ts'
import { moment } from './when.ts'

type Tools = Pick<SapaContext, 'business' | 'values'>

const everyMs = 12 * 60 * 60_000

/** Looks at the access token now and twice a day; an owner hears a week before it ends. Call the answer to end it. */
export function watchToken(sapa: Tools, account: AccountContext): () => void {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, account.signal])
  const look = () =>
    void lookOnce(sapa, account, signal).catch((error: unknown) =>
      account.log.warn({ reason: (error as Error).name }, 'The token was not looked at')
    )
  const timer = setInterval(look, everyMs)
  timer.unref()
  look()
  return () => {
    clearInterval(timer)
    stop.abort()
  }
}

async function lookOnce(sapa: Tools, account: AccountContext, signal: AbortSignal): Promise<void> {
  const settings = readSettings(account.settings)
  const { timeZone, locale } = await sapa.business()
  const now = Date.now()
  const look = await lookAtToken(
    questions(account.fetch, settings, signal),
    settings,
    timeZone,
    now
  )
  if (signal.aborted) return
  if (look.isRefused) account.state('needs_attention', locale === 'en' ? refused.en : refused.id)
  else if (look.finding.field !== 'apiUrl') await notify(sapa, account, look, timeZone, now)
}

/** A notice that somebody else has left there stays. */
async function notify(
  { values }: Tools,
  account: AccountContext,
  { endsAt }: TokenLook,
  timeZone: string,
  now: number
): Promise<void> {
  const key = `token-notice:${account.facts.id}`
  if (endsAt !== null && endsAt - now < noticeMs) {
    account.notice(ending(endsAt, timeZone))
    await values.set(key, String(endsAt))
  } else if ((await values.get(key)) !== null) {
    account.notice(null)
    await values.delete(key)
  }
}

function ending(endsAt: number, timeZone: string): Text {
  const { en, id } = moment(endsAt, timeZone)
  return say(
    `The access token ends on ${en}. Make a new one before and save it here, else nothing goes out.`,
    `Token akses berakhir ${id}. Buat yang baru sebelum itu dan simpan di sini; kalau tidak, balasan tidak terkirim.`
  )
}

const refused = say(
  'Meta refuses the access token. Make a new one and save it here.',
  'Meta menolak token akses. Buat token baru dan simpan di sini.'
)
