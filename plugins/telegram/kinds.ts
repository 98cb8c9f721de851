import type { Text } from 'sapa/plugin-api'

/** What Telegram calls contents that cannot be shown, as agents call them. */
export const kinds: Record<string, Text> = {
  poll: { en: 'poll', id: 'jajak pendapat' },
  checklist: { en: 'checklist', id: 'daftar tugas' },
  checklist_tasks_done: { en: 'ticked checklist', id: 'daftar tugas dicentang' },
  checklist_tasks_added: { en: 'longer checklist', id: 'daftar tugas ditambah' },
  story: { en: 'story', id: 'cerita' },
  game: { en: 'game', id: 'gim' },
  gift: { en: 'gift', id: 'hadiah' },
  unique_gift: { en: 'gift', id: 'hadiah' },
  gift_upgrade_sent: { en: 'gift', id: 'hadiah' },
  paid_media: { en: 'paid photo or video', id: 'foto atau video berbayar' },
  live_photo: { en: 'live photo', id: 'foto bergerak' },
  invoice: { en: 'invoice', id: 'tagihan' },
  successful_payment: { en: 'payment', id: 'pembayaran' },
  refunded_payment: { en: 'refund', id: 'pengembalian dana' },
  suggested_post_paid: { en: 'payment for a post', id: 'pembayaran kiriman' },
  suggested_post_refunded: { en: 'refund for a post', id: 'pengembalian dana kiriman' },
  suggested_post_approved: { en: 'approved post', id: 'kiriman disetujui' },
  suggested_post_approval_failed: { en: 'post that failed', id: 'kiriman gagal' },
  suggested_post_declined: { en: 'declined post', id: 'kiriman ditolak' },
  giveaway: { en: 'giveaway', id: 'undian' },
  giveaway_created: { en: 'giveaway', id: 'undian' },
  giveaway_winners: { en: 'winners of a giveaway', id: 'pemenang undian' },
  giveaway_completed: { en: 'end of a giveaway', id: 'akhir undian' },
  paid_message_price_changed: { en: 'price of messages', id: 'harga pesan' },
  direct_message_price_changed: { en: 'price of messages', id: 'harga pesan' },
  passport_data: { en: 'Telegram Passport', id: 'Telegram Passport' },
  web_app_data: { en: 'form of a mini app', id: 'formulir aplikasi mini' },
  rich_message: { en: 'rich message', id: 'pesan berformat' },
  empty: { en: 'no content', id: 'tanpa isi' }
}
