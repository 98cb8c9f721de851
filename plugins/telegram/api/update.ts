/** What of the Bot API's objects is used here. Everything may be missing: they come from outside. */
export interface Update {
  update_id: number
  message?: Message
  edited_message?: Message
  business_message?: Message
  edited_business_message?: Message
  deleted_business_messages?: {
    business_connection_id: string
    chat: Chat
    message_ids: number[]
  }
  callback_query?: CallbackQuery
  message_reaction?: MessageReaction
  my_chat_member?: MembershipChange
}

export interface CallbackQuery {
  id: string
  from: User
  message?: Message
  data?: string
}

interface MessageReaction {
  chat: Chat
  message_id: number
  user?: User
  /** Who reacts in the name of a channel or, unseen, of the group. */
  actor_chat?: Chat
  date: number
  new_reaction: { type: string; emoji?: string }[]
}

interface MembershipChange {
  chat: Chat
  from: User
  date: number
  new_chat_member: { status: string }
}

export interface User {
  id: number
  is_bot?: boolean
  first_name?: string
  last_name?: string
  username?: string
}

export interface Chat {
  id: number
  type: 'private' | 'group' | 'supergroup' | 'channel'
  title?: string
  first_name?: string
  last_name?: string
}

export interface Entity {
  type: string
  offset: number
  length: number
  url?: string
}

export interface File {
  file_id: string
  file_size?: number
  file_name?: string
  mime_type?: string
}

export interface Contact {
  phone_number: string
  first_name?: string
  last_name?: string
  user_id?: number
  vcard?: string
}

interface Venue {
  location: { latitude: number; longitude: number }
  title?: string
  address?: string
}

export interface Message {
  message_id: number
  from?: User
  sender_chat?: Chat
  chat: Chat
  date: number
  edit_date?: number
  message_thread_id?: number
  is_topic_message?: boolean
  business_connection_id?: string
  sender_business_bot?: User
  media_group_id?: string
  reply_to_message?: Message
  external_reply?: { chat?: Chat; message_id?: number }
  quote?: { text?: string }
  forward_origin?: ForwardOrigin
  via_bot?: User
  text?: string
  entities?: Entity[]
  caption?: string
  caption_entities?: Entity[]
  photo?: File[]
  voice?: File
  audio?: File & { title?: string; performer?: string }
  video?: File
  video_note?: File
  animation?: File
  document?: File
  sticker?: File & { emoji?: string; is_animated?: boolean; is_video?: boolean }
  location?: { latitude: number; longitude: number }
  venue?: Venue
  contact?: Contact
  dice?: { emoji?: string; value?: number }
  forum_topic_created?: object
  migrate_to_chat_id?: number
  reply_markup?: { inline_keyboard?: { text?: string; callback_data?: string }[][] }
}

interface ForwardOrigin {
  type: string
  sender_user?: User
  sender_user_name?: string
  sender_chat?: Chat
  chat?: Chat
}
