/** Telegram sends reactions only to those who ask for them by name. */
export const updateKinds = [
  ...['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'],
  ...['business_connection', 'business_message', 'edited_business_message'],
  'deleted_business_messages'
]
