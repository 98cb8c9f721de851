import { Type, type Static } from 'typebox'

/** Everything the owner can choose for the whole installation, with its default. */
export const settingsSchema = Type.Object(
  {
    businessName: Type.String({ default: '', maxLength: 120 }),
    locale: Type.Union([Type.Literal('id'), Type.Literal('en')], { default: 'id' }),
    /** How phone numbers without a country code are read: two letters. */
    country: Type.String({ default: 'ID', pattern: '^[A-Z]{2}$' }),
    timeZone: Type.String({ default: 'Asia/Jakarta', maxLength: 64 }),
    /** An open conversation of the same customer on another channel goes on within this time. */
    continuityHours: Type.Integer({ default: 72, minimum: 0, maximum: 8760 }),
    /** A closed conversation is reopened by its customer within this time. */
    reopenDays: Type.Integer({ default: 7, minimum: 0, maximum: 3650 }),
    /** Raw items are kept for this time. */
    journalDays: Type.Integer({ default: 30, minimum: 1, maximum: 3650 }),
    /** For agents without a choice of their own. */
    undoSeconds: Type.Integer({ default: 10, minimum: 0, maximum: 120 }),
    /** Who is written to when an account or a plugin needs attention. Empty: the owners. */
    noticeRecipients: Type.Array(
      Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }),
      {
        default: [],
        maxItems: 20
      }
    ),
    showsRemoteImages: Type.Boolean({ default: false }),
    /** Hosts that plugins may reach although their addresses are private. */
    privateHosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
      default: [],
      maxItems: 50
    })
  },
  { additionalProperties: false }
)

export type Settings = Static<typeof settingsSchema>
