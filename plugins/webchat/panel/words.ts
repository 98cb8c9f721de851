/** Texts of the panel, `panel.<name>` in locales/. `{name}` and the like are filled in by the panel. */
export const panelWords = [
  ...[
    'attach',
    'cancel',
    'choices',
    'close',
    'chatWith',
    'closedTitle',
    'consentNeeded',
    'discard',
    'download'
  ],
  ...['elsewhere', 'emailAsk', 'emailConfirmed', 'emailLabel', 'emailSend', 'emailSent', 'end'],
  ...[
    'ended',
    'endQuestion',
    'endYes',
    'failed',
    'fieldNeeded',
    'fieldWrong',
    'fileFailed',
    'fileTooLarge'
  ],
  ...[
    'fileType',
    'formOnly',
    'greeting',
    'image',
    'log',
    'mailed',
    'menu',
    'newChat',
    'offline',
    'older'
  ],
  ...[
    'placeholder',
    'poweredBy',
    'privacy',
    'ratingAsk',
    'ratingComment',
    'ratingSend',
    'ratingStar'
  ],
  ...['ratingThanks', 'read', 'remove', 'retry', 'send', 'sending', 'sent', 'soundOff', 'soundOn'],
  ...['start', 'today', 'tooLong', 'tooMany', 'tooManyFiles', 'typing', 'uploading'],
  ...['yesterday', 'you']
] as const

export type PanelWord = (typeof panelWords)[number]

/** What stands in the page for the panel's script. */
export interface Start {
  key: string
  locale: 'en' | 'id'
  words: Record<PanelWord, string>
  /** Address of the looks that come with the first message. */
  laterStyle: string
}
