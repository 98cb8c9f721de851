import type { Text } from 'sapa/plugin-api'

/** What each code of a failure means to an agent, and what to do about it. */
export const reasons: Record<string, Text> = {
  blocked: {
    en: 'The customer has blocked the bot. Answer by another channel.',
    id: 'Pelanggan memblokir bot. Balas lewat saluran lain.'
  },
  deactivated: {
    en: 'This Telegram account was deleted. Answer by another channel.',
    id: 'Akun Telegram ini sudah dihapus. Balas lewat saluran lain.'
  },
  not_started: {
    en: 'The customer has not started the bot yet. Ask them to open it and press Start.',
    id: 'Pelanggan belum memulai bot. Minta mereka membuka bot dan menekan Mulai.'
  },
  left_group: {
    en: 'The bot is no longer in this group. Ask an admin of the group to add it again.',
    id: 'Bot tidak lagi ada di grup ini. Minta admin grup menambahkannya lagi.'
  },
  forbidden: {
    en: 'The bot is not allowed to write this here. Check its rights in the group.',
    id: 'Bot tidak diizinkan menulis ini di sini. Periksa izinnya di grup.'
  },
  chat_not_found: {
    en: 'Telegram does not know this chat. The customer has to write to the bot first.',
    id: 'Telegram tidak mengenal obrolan ini. Pelanggan harus menulis ke bot lebih dulu.'
  },
  too_long: {
    en: 'The text is too long for Telegram. Shorten it and send it again.',
    id: 'Teks terlalu panjang untuk Telegram. Persingkat lalu kirim lagi.'
  },
  too_big: {
    en: 'The file is too large for Telegram (50 MB). Send a smaller one or a link.',
    id: 'Berkas terlalu besar untuk Telegram (50 MB). Kirim yang lebih kecil atau tautan.'
  },
  too_late: {
    en: 'Telegram no longer allows this message to be changed.',
    id: 'Telegram tidak lagi mengizinkan pesan ini diubah.'
  },
  reaction: {
    en: 'Telegram does not allow this reaction here.',
    id: 'Telegram tidak mengizinkan reaksi ini di sini.'
  },
  business: {
    en: 'The connection to the business account was ended. Connect the bot again in Telegram.',
    id: 'Sambungan ke akun bisnis sudah berakhir. Sambungkan lagi bot di Telegram.'
  },
  token: {
    en: 'Telegram does not accept the token of the bot. Paste the current one from @BotFather.',
    id: 'Telegram menolak token bot. Tempel token terbaru dari @BotFather.'
  },
  no_answer: {
    en: 'Telegram did not answer. Look in the chat before you send it again.',
    id: 'Telegram tidak menjawab. Periksa obrolan sebelum mengirim ulang.'
  },
  '429': {
    en: 'Telegram asks to wait. It is sent again by itself.',
    id: 'Telegram meminta menunggu. Pesan dikirim lagi otomatis.'
  }
}
