import type { Message } from '../api/update.ts'

/** News about the chat itself, which nobody has written. */
const service = [
  ...['new_chat_members', 'left_chat_member', 'new_chat_title', 'new_chat_photo'],
  ...['delete_chat_photo', 'group_chat_created', 'supergroup_chat_created', 'channel_chat_created'],
  ...['message_auto_delete_timer_changed', 'migrate_from_chat_id', 'pinned_message'],
  ...['proximity_alert_triggered', 'boost_added', 'chat_background_set', 'connected_website'],
  ...['forum_topic_created', 'forum_topic_edited', 'forum_topic_closed', 'forum_topic_reopened'],
  ...['general_forum_topic_hidden', 'general_forum_topic_unhidden', 'write_access_allowed'],
  ...['video_chat_scheduled', 'video_chat_started', 'video_chat_ended', 'chat_shared'],
  ...['video_chat_participants_invited', 'users_shared', 'chat_owner_left', 'chat_owner_changed']
]

export const isService = (message: Message) => service.some(name => name in message)

/** What says how a message came, and not what it says. */
const envelope = new Set([
  ...['message_id', 'from', 'chat', 'date', 'edit_date', 'sender_chat', 'sender_boost_count'],
  ...['sender_business_bot', 'sender_tag', 'business_connection_id', 'message_thread_id'],
  ...['is_topic_message', 'is_automatic_forward', 'is_from_offline', 'is_paid_post'],
  ...['direct_messages_topic', 'suggested_post_info', 'paid_star_count', 'effect_id'],
  ...[
    'reply_to_message',
    'external_reply',
    'quote',
    'reply_to_story',
    'reply_to_checklist_task_id'
  ],
  ...['forward_origin', 'forward_from', 'forward_from_chat', 'forward_from_message_id'],
  ...['forward_signature', 'forward_sender_name', 'forward_date', 'via_bot', 'author_signature'],
  ...['has_protected_content', 'has_media_spoiler', 'media_group_id', 'reply_markup'],
  ...['entities', 'caption_entities', 'link_preview_options', 'show_caption_above_media']
])

const known = new Set([
  ...['text', 'caption', 'photo', 'voice', 'audio', 'video', 'video_note', 'animation', 'document'],
  ...['sticker', 'location', 'venue', 'contact', 'dice']
])

/** The name of a content that cannot be shown; null when there is one that can. */
export function unknownIn(message: Message): string | null {
  const content = Object.keys(message).filter(name => !envelope.has(name))
  if (content.some(name => known.has(name) && name !== 'caption')) return null
  return content.find(name => !known.has(name)) ?? 'empty'
}
