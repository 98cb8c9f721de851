import type { Chance } from './chance.ts'

export const subjects = [
  'Faktur belum diterima',
  'Ongkos kirim ke Makassar',
  'Kulkas tidak dingin',
  'Stok mesin cuci 8 kg',
  'Retur kompor tanam',
  'Garansi televisi 43 inci',
  'Harga grosir kipas angin',
  'Pesanan 2210 belum sampai'
]

const said = [
  'Selamat pagi, faktur bulan lalu belum saya terima.',
  'Apakah barangnya masih ada yang warna putih?',
  'Baik, kami periksa dulu ke gudang dan kabari sore ini.',
  'Terima kasih, sudah sampai dengan selamat.',
  'Mohon dikirim ulang karena yang datang ukurannya salah.',
  'Nomor resinya JP1182309 dan sejak Senin tidak bergerak.',
  'Kami sudah hubungi kurir; paket Anda tiba besok sebelum jam dua.',
  'Kalau ambil sepuluh, apakah ada potongan harga?',
  'Teknisi datang hari Kamis antara jam sembilan dan sebelas.',
  'Saya lampirkan foto kerusakannya, mohon dibantu klaim garansinya.'
]

/** Two to nine sentences, as people write. */
export function sentences(chance: Chance): string {
  const count = 2 + chance.below(8)
  return Array.from({ length: count }, () => chance.pick(said)).join(' ')
}
