import { all, first, has, type HeaderLine } from './head.ts'

const subjects = [
  'automatic reply',
  'auto:',
  'autoreply',
  'auto-reply',
  'out of office',
  'balasan otomatis',
  'jawaban otomatis',
  'di luar kantor',
  'abwesenheit',
  'automatische antwort',
  'réponse automatique',
  'respuesta automática',
  'resposta automática',
  'risposta automatica',
  'automatisch antwoord'
]
const precedences = ['auto_reply', 'auto-reply', 'bulk', 'junk', 'list']

/** Why a mail was written by a machine, or undefined when a person seems to have written it. */
export function automaticReason(
  head: HeaderLine[],
  subject: string,
  from: string
): string | undefined {
  const rule = rules.find(([, test]) => test(head, subject, from))
  return rule?.[0]
}

type Test = (head: HeaderLine[], subject: string, from: string) => boolean

const rules: [string, Test][] = [
  ['delivery-status', head => isReport(head, 'delivery-status')],
  ['disposition-notification', head => isReport(head, 'disposition-notification')],
  ['auto-submitted', head => isAutoSubmitted(first(head, 'auto-submitted'))],
  ['list', head => ['list-id', 'list-unsubscribe', 'feedback-id'].some(name => has(head, name))],
  ['precedence', head => all(head, 'precedence', 'x-precedence').some(isPrecedence)],
  [
    'response-suppress',
    head => /\b(?:all|oof|autoreply)\b/i.test(first(head, 'x-auto-response-suppress'))
  ],
  ['autoreply', head => has(head, 'x-autoreply') || has(head, 'x-autorespond')],
  ['loop', head => has(head, 'x-loop')],
  ['null-sender', head => has(head, 'return-path') && isNull(first(head, 'return-path'))],
  [
    'sender',
    (_head, _subject, from) =>
      /^(?:mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply)@/i.test(from)
  ],
  ['subject', (_head, subject) => subjects.some(words => subject.toLowerCase().startsWith(words))]
]

const isReport = (head: HeaderLine[], kind: string): boolean =>
  first(head, 'content-type').toLowerCase().includes(`report-type=${kind}`) ||
  first(head, 'content-type').toLowerCase().includes(`report-type="${kind}"`) ||
  first(head, 'content-type').toLowerCase().startsWith(`message/${kind}`)

function isAutoSubmitted(value: string): boolean {
  const word = value.split(';')[0]!.trim().toLowerCase()
  return word !== '' && word !== 'no'
}

const isPrecedence = (value: string): boolean => precedences.includes(value.trim().toLowerCase())
const isNull = (returnPath: string): boolean => returnPath.replaceAll(' ', '') === '<>'
