import type { Identity, MessageCard } from 'sapa/plugin-api'
import type { Contact, Message } from '../api/update.ts'
import { isGroup } from './sender.ts'

/** Places and contact cards. */
export function cardsOf({ location, venue, contact }: Message): MessageCard[] {
  if (venue) {
    const { latitude, longitude } = venue.location
    return [
      {
        ...{ kind: 'place', latitude, longitude },
        ...(venue.title === undefined ? {} : { name: venue.title }),
        ...(venue.address === undefined ? {} : { address: venue.address })
      }
    ]
  }
  if (location) {
    return [{ kind: 'place', latitude: location.latitude, longitude: location.longitude }]
  }
  return contact ? [contactCard(contact)] : []
}

function contactCard(contact: Contact): MessageCard {
  const { first_name = '', last_name = '', vcard = '' } = contact
  const phone = phoneOf(contact)
  const emails = [...vcard.matchAll(/^EMAIL[^:\r\n]{0,100}:(\S{3,200})$/gim)].map(
    ([, mail = '']) => mail
  )
  const organisation = /^ORG[^:\r\n]{0,100}:(.{1,200})$/im.exec(vcard)?.[1]?.trim()
  return {
    ...{ kind: 'contact', name: `${first_name} ${last_name}`.trim() || phone },
    ...{ phones: phone === '' ? [] : [phone], emails },
    ...(organisation === undefined ? {} : { organisation: organisation.replace(/;+$/, '') })
  }
}

/** Proven by Telegram when it is the sender's own card, shared by themselves. */
export function ownPhoneOf({ contact, from, chat, forward_origin }: Message): Identity | null {
  if (!contact || !from || isGroup(chat) || forward_origin) return null
  const phone = phoneOf(contact)
  if (contact.user_id !== from.id || phone === '') return null
  return { kind: 'phone', value: phone, verified: true }
}

/** Telegram writes them with their country, with or without the plus. */
function phoneOf({ phone_number }: Contact): string {
  const digits = phone_number.replaceAll(/[^\d]/g, '')
  return digits === '' ? '' : `+${digits}`
}
