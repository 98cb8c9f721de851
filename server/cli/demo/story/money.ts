import { answers, notes, says, type Script } from '../script.ts'

export const money: Script[] = [
  {
    language: 'id',
    subject: 'Faktur {order} belum diterima',
    team: 'sales',
    tags: ['faktur'],
    media: ['email', 'whatsapp'],
    turns: [
      says([
        'Selamat pagi, faktur untuk pesanan {order} belum saya terima. Mohon dikirim ulang untuk laporan kantor.',
        'Mohon bantuannya, kami perlu faktur pajak pesanan {order} atas nama perusahaan. NPWP terlampir.',
        'Halo, faktur bulan lalu untuk {goods} belum ada di email saya. Bisa tolong dicek?'
      ]),
      answers(
        'Selamat pagi {honorific} {first}, mohon maaf atas ketidaknyamanannya. Faktur {order} terlampir.',
        { file: 'invoice' }
      ),
      says([
        'Terima kasih, sudah diterima dengan baik.',
        'Nama perusahaannya kurang "PT" di depan. Bisa diperbaiki?'
      ]),
      answers('Sudah kami perbaiki, terlampir faktur yang baru.', { file: 'invoice' }),
      says('Sip, sudah benar. Terima kasih.')
    ]
  },
  {
    language: 'id',
    subject: 'Sudah bayar tapi belum diproses',
    team: 'sales',
    tags: ['pembayaran'],
    priority: 'high',
    turns: [
      says(
        [
          'Kak saya sudah transfer {price} untuk {order} tapi statusnya masih menunggu pembayaran. Ini buktinya.',
          'Tolong dicek, pembayaran {order} sudah terpotong di rekening saya tapi di web belum lunas.'
        ],
        { file: 'photo' }
      ),
      answers(
        'Terima kasih buktinya {honorific} {first}. Kami cocokkan dengan mutasi bank, paling lama 30 menit ya.'
      ),
      notes('Transfer masuk tanpa kode unik. Sudah dicocokkan oleh bagian keuangan.'),
      answers('Pembayaran sudah kami temukan dan pesanan {order} sedang dikemas.'),
      says(['Syukurlah, terima kasih', 'Oke makasih, sempat khawatir tadi'])
    ]
  },
  {
    language: 'id',
    subject: 'Pengembalian dana {order}',
    team: 'service',
    tags: ['refund', 'komplain'],
    priority: 'urgent',
    turns: [
      says([
        'Sudah 2 minggu refund {order} belum masuk. Saya sudah tiga kali tanya! Kalau hari ini tidak ada kejelasan saya laporkan.',
        'Uang pengembalian {goods} kapan masuk? Janjinya 7 hari kerja.'
      ]),
      answers(
        'Mohon maaf sebesar-besarnya {honorific} {first}. Saya telusuri langsung ke bagian keuangan dan kabari sebelum pukul 15.00.'
      ),
      notes('Nomor rekening salah satu digit, dana kembali ke kita. Minta nomor yang benar.'),
      answers(
        'Dananya sempat kembali karena nomor rekening berbeda satu angka. Boleh kirim ulang nomor rekening dan nama pemiliknya?'
      ),
      says('Rekening atas nama {name}, saya kirim lewat telepon saja biar aman.'),
      answers(
        'Baik, sudah kami catat dan {price} sudah ditransfer barusan. Terima kasih atas kesabarannya.'
      ),
      says(['Sudah masuk. Lain kali tolong lebih teliti.', 'Sudah saya terima. Terima kasih.'])
    ]
  },
  {
    language: 'id',
    subject: 'Batal pesan {order}',
    team: 'sales',
    tags: ['pembatalan'],
    turns: [
      says([
        'Maaf kak saya mau batalkan {order}, salah pilih tipe.',
        'Bisa batalkan pesanan {goods} tadi pagi? Anak saya ternyata sudah beli.'
      ]),
      answers(
        'Bisa {honorific} {first}, belum dikirim kok. Mau diganti tipe lain atau dananya dikembalikan?'
      ),
      says(['Ganti tipe saja yang lebih besar', 'Dikembalikan saja ya kak']),
      answers('Baik, sudah kami proses. Konfirmasinya masuk lewat email dalam 1 jam.'),
      says('Terima kasih banyak')
    ]
  },
  {
    language: 'id',
    subject: 'Cicilan tanpa kartu kredit',
    team: 'sales',
    tags: ['pembayaran', 'cicilan'],
    turns: [
      says([
        'Bisa cicil {goods} tanpa kartu kredit? Syaratnya apa?',
        'Kak, cicilan 12 bulan untuk {goods} per bulannya berapa?'
      ]),
      answers(
        'Bisa lewat mitra kami, cukup KTP dan slip gaji. Untuk {price} tenor 12 bulan sekitar seperduabelas ditambah bunga 1,5% per bulan.'
      ),
      says(['Oke saya siapkan berkasnya', 'Hmm lumayan juga bunganya'])
    ]
  },
  {
    language: 'en',
    subject: 'Invoice for order {order}',
    team: 'sales',
    tags: ['invoice'],
    media: ['email'],
    turns: [
      says(
        'Hello,\n\ncould you please send the invoice for order {order} ({goods}) to this address? Our accounting needs it before the end of the month.\n\nKind regards,\n{name}'
      ),
      answers(
        'Dear {first},\n\nplease find the invoice attached. Let us know if the company name should be different.',
        { file: 'invoice' }
      ),
      says('Thank you, that was quick.')
    ]
  },
  {
    language: 'id',
    subject: 'Pelayanan di toko',
    team: 'service',
    tags: ['komplain', 'toko'],
    media: ['instagram', 'whatsapp', 'email'],
    turns: [
      says([
        'Tadi siang saya ke toko Dago, menunggu 40 menit tidak dilayani. Pegawainya sibuk main HP. Sangat mengecewakan.',
        'Saya pelanggan lama, tapi hari ini diperlakukan kurang ramah di kasir. Mohon diperhatikan.'
      ]),
      answers(
        'Terima kasih sudah menyampaikan, {honorific} {first}, dan mohon maaf. Boleh tahu sekitar pukul berapa? Kepala toko akan menghubungi langsung.'
      ),
      notes('Diteruskan ke Bu Ratna. Kirim voucher Rp100.000.'),
      says(['Sekitar jam 1 siang.', 'Sudahlah, yang penting diperbaiki.']),
      answers(
        'Sudah kami bahas dengan tim toko. Sebagai permintaan maaf, voucher Rp100.000 kami kirim lewat email.',
        { via: 'email' }
      ),
      says('Terima kasih tanggapannya. Semoga ke depan lebih baik.', { via: 'email' })
    ]
  },
  {
    language: 'id',
    subject: 'Telepon: {goods} tidak dingin',
    team: 'service',
    tags: ['garansi', 'telepon'],
    media: ['phone'],
    turns: [
      says(
        'Panggilan masuk 4 menit 12 detik. {name} melaporkan {goods} tidak berfungsi normal sejak kemarin, minta teknisi datang.'
      ),
      notes('Teknisi Asep dijadwalkan besok pukul 13.00. Konfirmasi lewat WhatsApp.'),
      answers(
        'Selamat sore {honorific} {first}, teknisi kami datang besok pukul 13.00. Mohon unitnya dimatikan dulu ya.',
        { via: 'whatsapp' }
      ),
      says(['Baik, saya tunggu', 'Oke, alamatnya masih yang lama ya'], { via: 'whatsapp' }),
      answers('Siap {honorific} {first}. Sampai besok!', { via: 'whatsapp' })
    ]
  }
]
