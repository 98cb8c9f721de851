/** Fields that stand beside each other, or one alone. */
export type Row = string | readonly string[]

export interface Section {
  /** Its words begin with `rooms.section.<name>`. */
  name: string
  rows: readonly Row[]
}

/** The parts of the page that are a form, and where each field of the widget stands. */
export const forms = {
  look: [
    { name: 'brand', rows: ['title', 'brand', 'brandDark', ['scheme', 'language']] },
    {
      name: 'button',
      rows: ['side', 'trigger', ['offsetX', 'offsetY', 'offsetPhoneY'], ['labelEn', 'labelId']]
    },
    { name: 'behaviour', rows: ['hasSound', 'asksRating', 'showsPoweredBy', 'zIndex'] }
  ],
  greeting: [
    { name: 'welcome', rows: [['welcomeEn', 'welcomeId']] },
    { name: 'bubble', rows: [['greetingEn', 'greetingId'], 'greetingAfter'] }
  ],
  hours: [
    {
      name: 'hours',
      rows: ['hours', ['mon', 'tue'], ['wed', 'thu'], ['fri', 'sat'], 'sun', 'holidays']
    },
    {
      name: 'promise',
      rows: [
        ['promiseEn', 'promiseId'],
        ['awayEn', 'awayId']
      ]
    },
    { name: 'absence', rows: ['offersEmail', 'relayAfter', 'offersElsewhere'] }
  ],
  form: [
    { name: 'asked', rows: [['askName', 'askEmail', 'askPhone']] },
    { name: 'consent', rows: [['consentEn', 'consentId'], 'needsConsent', 'privacyUrl'] }
  ],
  pages: [
    { name: 'rules', rows: [['showOn', 'hideOn']] },
    { name: 'tracking', rows: ['tracksPages'] }
  ],
  safety: [
    { name: 'origins', rows: ['origins'] },
    {
      name: 'attack',
      rows: ['isFormOnly', ['newPerMinute', 'visitorPerMinute', 'messagesPerMinute']]
    },
    { name: 'files', rows: ['hasFiles', ['fileMegabytes', 'filesPerMessage']] }
  ]
} as const satisfies Record<string, readonly Section[]>

export type FormTab = keyof typeof forms
export type Tab = FormTab | 'install'

export const tabs: readonly Tab[] = [...(Object.keys(forms) as FormTab[]), 'install']

export const tabIn = (value: unknown): Tab => tabs.find(tab => tab === value) ?? 'look'

export const isForm = (tab: Tab): tab is FormTab => tab !== 'install'

/** Names of the fields that a tab saves. */
export const fieldsOf = (tab: FormTab): string[] =>
  forms[tab].flatMap((section: Section) => section.rows.flat())
