import { answers, notes, says, type Script } from '../script.ts'

export const warranty: Script[] = [
  {
    language: 'id',
    subject: 'Klaim garansi {goods}',
    team: 'service',
    tags: ['garansi'],
    turns: [
      says(
        [
          'Selamat pagi, {goods} yang saya beli 3 bulan lalu tidak mau menyala. Apakah masih garansi? Nomor pesanan {order}.',
          'Halo, mau klaim garansi {goods}. Sudah dicoba di stop kontak lain tetap mati total.',
          '{goods} saya mati sendiri setelah dipakai 10 menit. Ini foto kartu garansinya.'
        ],
        { file: 'photo' }
      ),
      answers(
        'Selamat pagi {honorific} {first}. Garansinya masih berlaku sampai tahun depan. Apakah lampu indikatornya menyala saat tombol daya ditekan 10 detik?'
      ),
      says(['Tidak ada lampu sama sekali.', 'Lampunya kedip merah tiga kali lalu mati.']),
      notes('Kemungkinan modul daya. Stok suku cadang ada 2, titip teknisi Asep.'),
      answers(
        'Terima kasih infonya. Silakan bawa ke servis kami di Jl. Ir. H. Juanda, atau kami jemput gratis besok. Perbaikan sekitar 3 hari kerja.'
      ),
      says([
        'Tolong dijemput saja, alamat sama dengan pesanan.',
        'Besok saya antar sendiri ke sana.'
      ]),
      answers('Baik, nomor servisnya SV-{claim}. Kami kabari begitu selesai ya.'),
      answers(
        'Kabar baik {honorific} {first}, {goods} sudah selesai diperbaiki dan siap diambil. Tidak ada biaya.'
      ),
      says('Alhamdulillah, cepat sekali. Terima kasih tim Sinar!')
    ]
  },
  {
    language: 'id',
    subject: 'Status servis SV-{claim}',
    team: 'service',
    tags: ['servis'],
    turns: [
      says([
        'Kak, servis {goods} saya SV-{claim} sudah sampai mana ya?',
        'Sudah seminggu {goods} saya diservis, belum ada kabar. Mohon infonya.'
      ]),
      answers(
        'Mohon maaf menunggu, {honorific} {first}. Suku cadangnya tiba hari ini, perkiraan selesai lusa.'
      ),
      says(['Oke, tolong kabari ya', 'Lama sekali. Saya butuh untuk kerja.']),
      notes('Pelanggan butuh cepat, tolong dahulukan. Tawarkan unit pinjaman.'),
      answers(
        'Sebagai permintaan maaf kami pinjamkan unit pengganti selama servis, bisa diambil hari ini.'
      )
    ]
  },
  {
    language: 'id',
    subject: 'Cara pakai {goods}',
    team: 'service',
    tags: ['cara pakai'],
    turns: [
      says([
        'Kak cara menyambungkan {goods} ke HP bagaimana ya? Di buku petunjuk tidak jelas.',
        'Mau tanya, {goods} saya minta kata sandi saat pertama dinyalakan. Isinya apa?'
      ]),
      answers(
        'Tekan tombol daya 5 detik sampai lampu biru berkedip, lalu pilih nama perangkat di Bluetooth HP. Kata sandi bawaannya 0000.'
      ),
      says(['Berhasil! Makasih kak', 'Masih belum muncul kak']),
      answers('Kalau masih terkendala, boleh kirim foto layarnya? Kami pandu sampai bisa.')
    ]
  },
  {
    language: 'id',
    subject: 'Kerja sama servis berkala kantor',
    team: 'sales',
    tags: ['b2b', 'garansi'],
    media: ['email'],
    turns: [
      says(
        'Dengan hormat,\n\nKami dari kantor di {city} memakai 14 unit {goods} dari toko Bapak/Ibu. Apakah tersedia kontrak servis berkala setiap tiga bulan? Mohon penawaran resminya.\n\nHormat kami,\n{name}'
      ),
      answers(
        'Yth. {honorific} {first},\n\nTerima kasih atas kepercayaannya. Terlampir penawaran kontrak servis untuk 14 unit, termasuk suku cadang habis pakai. Penawaran berlaku 14 hari.',
        { file: 'invoice' }
      ),
      says('Terima kasih, kami pelajari dulu bersama bagian keuangan.'),
      notes('Peluang besar, hubungi lagi hari Kamis kalau belum ada kabar.')
    ]
  },
  {
    language: 'en',
    subject: 'Warranty for {goods}',
    team: 'service',
    tags: ['warranty'],
    turns: [
      says([
        'Hello, my {goods} stopped charging after two months. Is this covered by the warranty? Order {order}.',
        'Hi there, the {goods} makes a loud noise since yesterday. Could somebody have a look?'
      ]),
      answers(
        'Hi {first}, sorry to hear that. It is covered until next year. Could you send us a photo of the serial number on the back?'
      ),
      says('Sure, here it is.', { file: 'photo' }),
      answers(
        'Thank you. We pick it up tomorrow at no cost; the repair takes about three working days. Your service number is SV-{claim}.'
      ),
      says(['Thanks for the quick help!', 'Wonderful, tomorrow works for me.'])
    ]
  },
  {
    language: 'id',
    subject: 'Baterai {goods} cepat habis',
    team: 'service',
    tags: ['garansi', 'baterai'],
    turns: [
      says([
        'Baru sebulan dipakai baterai {goods} cuma tahan 1 jam. Ini normal?',
        'Mau komplain, {goods} ngedrop terus. Waktu beli dibilang tahan seharian.'
      ]),
      answers(
        'Tidak normal {honorific} {first}. Mohon coba kalibrasi: habiskan sampai mati, isi penuh 6 jam tanpa dipakai. Kabari hasilnya besok ya.'
      ),
      says(['Sudah dicoba, sama saja.', 'Sudah agak mendingan sekarang, 5 jam.']),
      answers(
        'Terima kasih sudah mencoba. Kami tukar baterainya tanpa biaya, silakan datang kapan saja dengan nomor {order}.'
      )
    ]
  }
]
