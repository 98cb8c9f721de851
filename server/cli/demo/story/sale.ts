import { answers, notes, says, type Script } from '../script.ts'

export const sale: Script[] = [
  {
    language: 'id',
    subject: 'Stok {goods}',
    team: 'sales',
    tags: ['stok'],
    turns: [
      says([
        '{goods} ready kak?',
        'Permisi, {goods} yang warna hitam masih ada? Mau ambil hari ini kalau ada.',
        'Halo, stok {goods} masih? Di web tertulis sisa 1.'
      ]),
      answers([
        'Ready {honorific} {first}, harga {price} sudah termasuk garansi resmi 1 tahun. Mau diambil di toko atau dikirim?',
        'Masih ada 3 unit, {honorific} {first}. Harganya {price}. Kami bisa simpankan sampai malam ini.'
      ]),
      says([
        'Bisa kurang sedikit tidak kak?',
        'Kirim ke {city} kapan sampainya?',
        'Oke saya ambil satu.'
      ]),
      answers('Kami beri potongan Rp50.000 untuk pembelian hari ini. Saya buatkan pesanannya ya?'),
      says(['Boleh, atas nama {name}', 'Saya pikir-pikir dulu ya kak']),
      answers('Siap, pesanan {order} sudah dibuat. Terima kasih {honorific} {first}!')
    ]
  },
  {
    language: 'id',
    subject: 'Minta rekomendasi untuk {use}',
    team: 'sales',
    tags: ['rekomendasi'],
    turns: [
      says([
        'Kak, ada rekomendasi untuk {use}? Anggaran sekitar {price}.',
        'Bingung pilih antara {goods} dan merek sebelah untuk {use}. Menurut kakak bagaimana?'
      ]),
      answers(
        'Untuk {use} kami sarankan {goods}: hemat listrik dan suku cadangnya mudah. Harganya {price}, bisa dicoba dulu di toko.'
      ),
      says(['Boleh lihat fotonya?', 'Ada cicilan?']),
      answers(
        'Ini fotonya ya. Cicilan 0% tersedia 6 dan 12 bulan dengan kartu kredit bank rekanan.',
        { file: 'photo' }
      ),
      says(['Oke nanti saya mampir', 'Menarik. Saya diskusi dulu di rumah.'])
    ]
  },
  {
    language: 'id',
    subject: 'Penawaran 25 unit {goods}',
    team: 'sales',
    tags: ['b2b', 'penawaran'],
    priority: 'high',
    media: ['email', 'whatsapp'],
    turns: [
      says(
        'Selamat pagi,\n\nSekolah kami di {city} membutuhkan 25 unit {goods} untuk laboratorium. Mohon dikirimkan penawaran harga, termasuk pengiriman dan PPN.\n\nTerima kasih,\n{name}'
      ),
      notes('Bu Ratna minta margin minimal 8%. Cek dulu ke distributor.'),
      answers(
        'Selamat pagi {honorific} {first},\n\nTerlampir penawaran kami untuk 25 unit, sudah termasuk PPN dan pengiriman. Untuk sekolah kami tambahkan garansi menjadi 2 tahun.',
        { file: 'invoice' }
      ),
      says('Terima kasih atas penawarannya. Apakah bisa termin 30 hari setelah barang diterima?'),
      answers('Bisa, dengan surat pesanan resmi dari sekolah. Kami tunggu ya.'),
      says('Surat pesanan kami kirim hari Senin.')
    ]
  },
  {
    language: 'id',
    subject: 'Promo akhir pekan',
    team: 'sales',
    tags: ['promo'],
    media: ['instagram', 'whatsapp', 'marketplace', 'telegram'],
    turns: [
      says([
        'Promo {goods} yang di story masih berlaku?',
        'Kode SINAR10 kok tidak bisa dipakai ya kak?',
        'Diskonnya sampai kapan min?'
      ]),
      answers(
        'Masih kak, sampai Minggu pukul 21.00. Kodenya dimasukkan di halaman pembayaran, minimal belanja Rp500.000.'
      ),
      says(['Ooh oke, makasih', 'Sudah bisa. Makasih ya!'])
    ]
  },
  {
    language: 'id',
    subject: 'Tukar tambah {goods}',
    team: 'sales',
    tags: ['tukar tambah'],
    turns: [
      says(
        [
          'Bisa tukar tambah {goods} lama saya? Kondisi 90%, lengkap kardus.',
          'Terima tukar tambah tidak kak? Punya {goods} pemakaian 2 tahun.'
        ],
        { file: 'photo' }
      ),
      answers(
        'Bisa {honorific} {first}. Dari fotonya taksiran kami sekitar sepertiga harga baru. Kepastian setelah dicek di toko, 15 menit saja.'
      ),
      says(['Oke Sabtu saya ke sana', 'Wah kok rendah ya. Coba saya pikirkan.'])
    ]
  },
  {
    language: 'en',
    subject: 'Do you ship {goods} to {city}?',
    team: 'sales',
    tags: ['stock'],
    turns: [
      says([
        'Hello! Is the {goods} in stock, and do you ship to {city}?',
        'Hi, I just moved to {city} and need a {goods}. Which one would you recommend for {use}?'
      ]),
      answers(
        'Hello {first}! Yes, we have it in stock for {price}, and delivery to {city} takes two days.'
      ),
      says(['Can I pay with a foreign card?', 'Do you speak English at the store as well?']),
      answers(
        'Yes, both. Our store in Dago is open every day from 9 to 20; ask for Dewi or Bagas.'
      ),
      says('Lovely, see you on Saturday!')
    ]
  },
  {
    language: 'id',
    subject: 'Pesan {goods} lewat obrolan',
    team: 'sales',
    tags: ['pesanan'],
    media: ['whatsapp', 'instagram', 'telegram', 'marketplace'],
    turns: [
      says([
        'Saya mau pesan {goods} 2 unit, kirim ke {city}. Totalnya berapa?',
        'Kak order {goods} 1 ya, bisa COD?'
      ]),
      answers(
        'Totalnya {price} ditambah ongkir Rp35.000. COD bisa untuk wilayah Bandung Raya. Boleh minta alamat lengkapnya?'
      ),
      says('Jl. Cendana 7, {city}. Nomor HP sama dengan ini.'),
      answers('Pesanan {order} kami proses hari ini. Untuk faktur kami kirim lewat email ya.', {
        via: 'email',
        file: 'invoice'
      }),
      says('Faktur sudah saya terima, pembayaran sudah ditransfer. Terima kasih.', {
        via: 'email'
      }),
      answers('Pembayaran sudah masuk, {honorific} {first}. Paket berangkat sore ini.')
    ]
  }
]
