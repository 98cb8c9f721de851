import type { PluginReply, PluginRoute } from 'sapa/plugin-api'
import { chatRoute, visitorRoute, type Asked, type AskedByVisitor } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import { makeKnown } from '../talk/known.ts'
import { Limit } from '../talk/limit.ts'
import { cleanText } from '../talk/text.ts'
import { hashToken, tokenShape } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import { askToConfirm } from './confirm.ts'
import { confirmRoutes } from './confirm-page.ts'
import { plainRoutes } from './plain.ts'
import { keepProfile, readProfile } from './profile.ts'
import { checkProof, readProof } from './proof.ts'
import { keepRating } from './rating.ts'
import { signIn } from './sign-in.ts'
import { emailIn } from './text.ts'

const hourMs = 60 * 60_000
const longestComment = 1_000

/** Who the visitor is, and where to reach them when nobody is there. */
export function whoRoutes(tools: ChatTools): PluginRoute[] {
  const mails = new Limit(10, hourMs)
  return [
    chatRoute(tools, 'PUT identity', asked => putIdentity(tools, asked)),
    chatRoute(tools, 'PUT profile', asked => putProfile(tools, asked)),
    visitorRoute(tools, 'PUT email', asked => putEmail(tools, asked, mails)),
    visitorRoute(tools, 'GET elsewhere', asked => getElsewhere(tools, asked)),
    visitorRoute(tools, 'PUT rating', asked => putRating(tools, asked)),
    ...confirmRoutes(tools),
    ...plainRoutes(tools)
  ]
}

async function putIdentity(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { request, widget, hash, now } = asked
  const proof = readProof(request.form)
  if (!proof || hash === null) throw new Refusal('invalid')
  const lock = { widget: widget.key, keys: widget.settings.signKeys }
  const verdict = checkProof(proof, lock, now.getTime())
  if (!verdict.isOk) throw new Refusal(verdict.code === 'proof_expired' ? 'proof_expired' : 'proof')
  const former = request.form?.['former']
  const tokens = {
    fresh: hash,
    former: typeof former === 'string' && tokenShape.test(former) ? hashToken(former) : null
  }
  const done = await signIn(tools, widget, tokens, verdict.proven, now)
  if ('refused' in done) throw new Refusal(done.refused)
  const { visitor, isNew, ended } = done
  if (ended) tools.streams.drop(ended.visitor.id, ended.hash)
  return { body: { visitor: visitor.public_id, isNew } }
}

async function putProfile(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const read = readProfile(asked.request.form)
  if ('wrong' in read) throw new Refusal('invalid')
  tools.limits.takeChange(asked)
  const { holder, widget, now } = await makeKnown(tools, asked)
  const kept = await keepProfile(tools, widget, holder.visitor, read.profile, now)
  if (!kept) throw new Refusal('invalid')
  return { status: 204 }
}

async function putEmail(
  tools: ChatTools,
  { request, widget, holder, locale, now }: AskedByVisitor,
  mails: Limit
): Promise<PluginReply> {
  const { visitor } = holder
  const email = emailIn(request.form?.['email'])
  if (email === null || !widget.settings.offers.email) throw new Refusal('invalid')
  if (visitor.is_email_proven === 1 && visitor.email === email) return { status: 202, body: {} }
  mails.take(`${widget.key} ${request.ip}`, now)
  const outcome = await askToConfirm(tools, visitor, email, locale, now)
  if (outcome === 'too_many') throw new Refusal('too_many', hourMs)
  if (outcome === 'no_mail') throw new Refusal('no_mail')
  return { status: 202, body: {} }
}

async function getElsewhere({ limits }: ChatTools, asked: AskedByVisitor): Promise<PluginReply> {
  const { widget, holder, locale } = asked
  if (!widget.settings.offers.elsewhere) return { body: { links: [] } }
  limits.takeChange(asked)
  const ways = await widget.account.invite(holder.visitor.public_id)
  const links = ways.map(({ channel, label, url }) => ({ channel, label: label[locale], url }))
  return { headers: { 'cache-control': 'no-store' }, body: { links } }
}

async function putRating(tools: ChatTools, asked: AskedByVisitor): Promise<PluginReply> {
  const { request, widget, holder, now } = asked
  const { stars, comment } = request.form ?? {}
  const isStars = Number.isInteger(stars) && Number(stars) >= 1 && Number(stars) <= 5
  const text = typeof comment === 'string' ? cleanText(comment) : ''
  if (!isStars || text.length > longestComment) throw new Refusal('invalid')
  const rating = { stars: Number(stars), comment: text === '' ? null : text }
  tools.limits.takeChange(asked)
  const isKept = await keepRating(tools, widget, holder.visitor, rating, now)
  if (!isKept) throw new Refusal('not_asked')
  return { status: 204 }
}
