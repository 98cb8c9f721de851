import type { InboundEvent } from 'sapa/plugin-api'
import t from 'tap'
import { kinds as names } from '../kinds.ts'
import { parse } from '../parse/index.ts'
import { Bot, type Chat } from '../provider/bot.ts'
import { block, budi, edit, fileIn, press, react, unblock, write } from '../provider/people.ts'

const tooLarge = (size: number) => `${Math.ceil(size / 1024 / 1024)} MB: minta yang lebih kecil`
const from = [{ kind: 'external', namespace: 'telegram', value: '771001', verified: true }]
const everything = ['message', 'edited_message', 'callback_query', 'message_reaction']
const kinds = [...everything, 'my_chat_member', 'business_message', 'deleted_business_messages']

interface Stage {
  bot: Bot
  /** What the parser makes of all that has come since. */
  events(groups?: 'off' | 'each', choice?: string): InboundEvent[]
}

function stage(): Stage {
  const bot = new Bot('600100:rahasia', 'tokosapa_bot', 'Toko Sapa')
  bot.updates.allowed = [...kinds, 'future_thing', 'poll']
  return {
    bot,
    events(groups = 'off', choice) {
      const account = { id: 1, type: 'telegram', address: '@tokosapa_bot', ownAddresses: [] }
      return bot.updates.pending.splice(0).flatMap(update => {
        const body = Buffer.from(JSON.stringify(update))
        const headers = choice === undefined ? {} : { headers: { choice } }
        const raw = { key: `u${update.update_id}`, body, ...headers }
        return parse(raw, { ...account, settings: { groups } }, tooLarge)
      })
    }
  }
}

/** What is shown of one message. */
function shown(words: Record<string, unknown>): InboundEvent[] {
  const { bot, events } = stage()
  write(bot, budi, words)
  return events()
}

t.test('every kind of file', async t => {
  const bytes = Buffer.alloc(1000)
  const { bot, events } = stage()
  const file = (facts: Record<string, unknown> = {}) => fileIn(bot, bytes, facts)
  const samples: [Record<string, unknown>, object][] = [
    [{ photo: [file(), file()] }, { kind: 'image', mime: 'image/jpeg', filename: 'photo.jpg' }],
    [{ voice: file({ mime_type: 'audio/ogg' }) }, { kind: 'voice', mime: 'audio/ogg' }],
    [{ audio: file({ file_name: 'lagu.mp3' }) }, { kind: 'audio', filename: 'lagu.mp3' }],
    [{ video: file() }, { kind: 'video', mime: 'video/mp4' }],
    [{ video_note: file() }, { kind: 'video', filename: 'video.mp4' }],
    [
      { animation: file(), document: file() },
      { kind: 'video', mime: 'video/mp4' }
    ],
    [{ document: file({ mime_type: 'image/png' }) }, { kind: 'image', mime: 'image/png' }],
    [{ document: file({ file_name: 'faktur.pdf' }) }, { kind: 'file', filename: 'faktur.pdf' }],
    [{ sticker: file({ emoji: '👍' }) }, { kind: 'sticker', mime: 'image/webp' }],
    [{ sticker: file({ is_video: true }) }, { kind: 'sticker', mime: 'video/webm' }],
    [{ sticker: file({ is_animated: true }) }, { kind: 'sticker', filename: 'sticker.tgs' }]
  ]
  for (const [words] of samples) write(bot, budi, words)
  const found = events().map(event => (event.type === 'message' ? event.attachments : event))
  t.match(
    found,
    samples.map(([, attachment]) => [{ size: 1000, ref: /^AgAC/, ...attachment }])
  )
})

t.test('a file over 20 MB stands there with what to ask for', async t => {
  const { bot, events } = stage()
  const document = fileIn(bot, Buffer.alloc(1), { file_name: 'rekaman.zip' }, 30 * 1024 * 1024)
  write(bot, budi, { document })
  const [event] = events()
  t.match(event, {
    attachments: [{ filename: 'rekaman.zip', size: 30 * 1024 * 1024, ref: undefined }],
    cards: [{ kind: 'link', title: 'rekaman.zip', text: '30 MB: minta yang lebih kecil' }]
  })
})

t.test('words with what hides behind them', async t => {
  const text = '😭 lihat ini dan https://toko.example'
  const entities = [
    { type: 'text_link', offset: 3, length: 5, url: 'https://toko.example/kaos?m=1' },
    { type: 'bold', offset: 9, length: 3 },
    { type: 'url', offset: 17, length: 20 }
  ]
  t.match(shown({ text, entities }), [
    { text: '😭 lihat (https://toko.example/kaos?m=1) ini dan https://toko.example' }
  ])
  t.match(shown({ dice: { emoji: '🎲', value: 4 } }), [{ text: '🎲 4' }])
  t.match(shown({ sticker: { file_id: 'a', is_animated: true, emoji: '👍' } }), [{ text: '👍' }])
})

t.test('places and contacts', async t => {
  const location = { latitude: -6.9, longitude: 107.6 }
  t.match(shown({ venue: { location, title: 'Toko Sinar', address: 'Dago 112' }, location }), [
    { cards: [{ kind: 'place', ...location, name: 'Toko Sinar', address: 'Dago 112' }] }
  ])
  const vcard = 'BEGIN:VCARD\nFN:Anton\nEMAIL;TYPE=WORK:anton@cv.example\nORG:CV Maju;\nEND:VCARD'
  const contact = { phone_number: '+62 811-222', first_name: 'Anton', user_id: 5, vcard }
  const others = shown({ contact })
  t.equal(others.length, 1, "somebody else's card proves nothing")
  const card = { name: 'Anton', phones: ['+62811222'], emails: ['anton@cv.example'] }
  t.match(others, [{ from, cards: [{ kind: 'contact', ...card, organisation: 'CV Maju' }] }])
  const own = { phone_number: '6281234567890', first_name: 'Budi', user_id: 771_001 }
  const phone = { kind: 'phone', value: '+6281234567890', verified: true }
  t.match(shown({ contact: own }), [
    { type: 'identity', from: from[0], identities: [phone] },
    { type: 'message', from: [...from, phone], cards: [{ kind: 'contact' }] }
  ])
  t.equal(
    shown({ contact: own, forward_origin: { type: 'user' } }).length,
    1,
    'nor a forwarded one'
  )
})

t.test('changes, reactions and buttons', async t => {
  const { bot, events } = stage()
  const message = write(bot, budi, { text: 'Faktur belum diterima' })
  const ours = bot.keep({ message_id: 7, chat: message.chat, text: 'Seberapa puas Anda?' })
  ours['reply_markup'] = { inline_keyboard: [[{ text: 'Puas', callback_data: 'csat:5' }]] }
  edit(bot, message, { text: 'Faktur **belum** diterima' })
  react(bot, budi, 7, ['👍', '👍'])
  react(bot, budi, 7, [])
  press(bot, budi, ours, 'csat:5')
  press(bot, budi, { message_id: 3, chat: message.chat, date: 0 }, 'csat:5')
  const remoteId = `771001:${message.message_id}`
  t.match(events(), [
    { type: 'message', remoteId },
    { type: 'edit', remoteId, text: 'Faktur **belum** diterima' },
    { type: 'reaction', remoteId: '771001:7', from, emojis: ['👍'] },
    { type: 'reaction', remoteId: '771001:7', emojis: [] },
    { type: 'message', text: 'Puas', choice: { id: 'csat:5' }, quote: { remoteId: '771001:7' } },
    { type: 'message', text: 'csat:5', quote: { remoteId: '771001:3' } }
  ])
  press(bot, budi, ours, '#kependekan')
  t.match(events('off', 'csat:1042:5:panjang'), [{ choice: { id: 'csat:1042:5:panjang' } }])
  edit(bot, message, { text: undefined, location: { latitude: 1, longitude: 2 } })
  t.same(events(), [], 'a place that moves on is the same place')
})

t.test('blocked and let in again', async t => {
  const { bot, events } = stage()
  block(bot, budi)
  unblock(bot, budi)
  t.match(events(), [
    { type: 'reachability', from: from[0], isReachable: false, reason: { id: /memblokir/ } },
    { type: 'reachability', from: from[0], isReachable: true }
  ])
})

const group: Chat = { id: -100_55, type: 'supergroup', title: 'Reseller Bandung', is_forum: true }

t.test('groups are ignored, or each is one conversation', async t => {
  const { bot, events } = stage()
  const talk = () => {
    write(bot, budi, { text: 'Stok kaos ada?' }, group)
    const topic = { message_thread_id: 45, is_topic_message: true }
    const reply_to_message = { message_id: 45, forum_topic_created: { name: 'Stok' } }
    write(bot, budi, { text: 'Kaos L?', ...topic, reply_to_message }, group)
    write(bot, budi, { new_chat_title: 'Reseller' }, group)
    const basic: Chat = { id: -55, type: 'group', title: 'Reseller' }
    write(bot, budi, { migrate_to_chat_id: -100_55 }, basic)
  }
  talk()
  t.same(events(), [])
  talk()
  const whole = { kind: 'external', value: '-10055', name: 'Reseller Bandung' }
  const reactions = (groups: 'off' | 'each') => {
    const other = stage()
    react(other.bot, budi, 4, ['👍'], group)
    react(other.bot, { id: -100_77, type: 'channel', title: 'Kabar Toko' }, 4, ['🔥'], group)
    return other.events(groups)
  }
  t.same(reactions('off'), [])
  t.match(reactions('each'), [
    { remoteId: '-10055:4', from: [{ value: '-10055' }], groupMember: { id: '771001' } },
    { emojis: ['🔥'], groupMember: { id: '-10077', name: 'Kabar Toko' } }
  ])
  const groupMember = { name: 'Budi Santoso' }
  t.match(events('each'), [
    { text: 'Stok kaos ada?', from: [whole], threadKey: '-10055', groupMember },
    { text: 'Kaos L?', threadKey: '-10055/45', remoteId: /^-10055:\d+$/, quote: undefined },
    { type: 'identity', from: { value: '-55' }, identities: [{ value: '-10055' }] }
  ])
})

t.test("a business account's chats", async t => {
  const { bot, events } = stage()
  const chat = bot.chatOf(budi)
  const place = { chat, business_connection_id: 'bc_01', date: 1_795_150_521 }
  const owner = { id: 9, first_name: 'Sari', is_bot: false }
  bot.updates.add({ business_message: { ...place, message_id: 4, from: owner, text: 'Sudah.' } })
  const business_connection_id = 'bc_01'
  bot.updates.add({
    deleted_business_messages: { business_connection_id, chat, message_ids: [4, 5] }
  })
  t.match(events(), [
    { origin: 'business', from: [], others: from, remoteId: '771001@bc_01:4', text: 'Sudah.' },
    { type: 'deletion', remoteId: '771001@bc_01:4' },
    { type: 'deletion', remoteId: '771001@bc_01:5' }
  ])
})

t.test('what the future brings is kept as unsupported', async t => {
  t.match(shown({ hologram: { size: 3 } }), [{ type: 'unsupported', what: 'hologram', from }])
  t.match(shown({ text: 'Halo', hologram: {} }), [{ type: 'message', text: 'Halo' }])
  for (const what of ['poll', 'story', 'gift', 'invoice', 'checklist', 'giveaway', 'paid_media']) {
    t.match(shown({ [what]: {} }), [{ type: 'unsupported', what }])
    t.match(names[what], { en: /^[a-z -]+$/, id: /^[a-z -]+$/ }, what)
  }
  const { bot, events } = stage()
  bot.updates.add({ future_thing: { from: { id: 771_001, first_name: 'Budi' }, date: 5 } })
  bot.updates.add({ future_thing: { count: 3 } })
  bot.updates.add({ poll: { id: '5' } })
  t.match(events(), [{ type: 'unsupported', what: 'future_thing', from, at: 5000 }])
})

t.test('what makes no sense is said so', async t => {
  const { bot, events } = stage()
  const chat = { id: 771_001, type: 'private' }
  const nobody = { first_name: 'Siapa' }
  const nameless = [
    { message_id: 1, date: 5, chat, from: nobody, text: 'Tanpa nomor' },
    { message_id: 1, date: 5, chat: { type: 'private' }, from: { id: 5 }, text: 'Tanpa obrolan' },
    { date: 5, chat, from: { id: 5 }, text: 'Tanpa nomor pesan' }
  ]
  for (const broken of [{ text: 'Tanpa pengirim' }, 7, ...nameless]) {
    bot.updates.put({ update_id: 900_000_000 + bot.updates.asks, message: broken })
    t.throws(() => events())
  }
})
