import { answers, notes, says, type Script } from '../script.ts'

export const delivery: Script[] = [
  {
    language: 'id',
    subject: 'Pesanan {order} belum sampai',
    team: 'shipping',
    tags: ['pengiriman'],
    turns: [
      says([
        'Halo kak, pesanan {order} saya belum sampai padahal sudah 5 hari. Bisa dibantu cek?',
        'Selamat siang, mau tanya paket {order} ke {city} kok statusnya tidak bergerak dari kemarin ya?',
        'Min, {goods} pesanan saya {order} sampai di mana? Di aplikasi kurir cuma tertulis "transit".'
      ]),
      answers([
        'Halo {honorific} {first}, terima kasih sudah menghubungi Sinar Elektronik. Saya cek dulu ke kurir, mohon tunggu sebentar ya.',
        'Selamat siang {honorific} {first}, mohon maaf atas keterlambatannya. Saya cek nomor resinya sekarang.'
      ]),
      notes('Kurir bilang paket tertahan di gudang {city}, antar ulang besok pagi.'),
      answers(
        'Paketnya sudah di gudang {city}, {honorific} {first}. Kurir mengantar besok sebelum pukul 12. Saya pantau sampai diterima.'
      ),
      says(['Oke kak, saya tunggu. Terima kasih', 'Baik, ditunggu ya. Tolong jangan lewat besok.']),
      says([
        'Paketnya sudah sampai, aman. Terima kasih banyak!',
        'Barusan diterima, makasih kak 🙏'
      ]),
      answers('Senang mendengarnya! Kalau ada kendala dengan {goods}, langsung kabari kami ya.')
    ]
  },
  {
    language: 'id',
    subject: 'Ganti alamat kirim {order}',
    team: 'shipping',
    tags: ['pengiriman', 'alamat'],
    turns: [
      says([
        'Kak, alamat pengiriman {order} salah. Bisa diganti ke kantor saya di {city}? Barangnya {goods}.',
        'Maaf, saya salah pilih alamat waktu pesan {goods}. Masih bisa diubah tidak?'
      ]),
      answers(
        'Bisa {honorific} {first}, paketnya belum kami serahkan ke kurir. Mohon kirim alamat lengkap beserta kode pos.'
      ),
      says('Jl. Merpati No. 18, RT 04/RW 02, {city} 40115. Atas nama {name}.'),
      answers('Sudah kami ubah. Nomor resi menyusul sore ini ya.'),
      says(['Sip, terima kasih', 'Oke makasih banyak kak'])
    ]
  },
  {
    language: 'id',
    subject: 'Paket rusak saat diterima',
    team: 'service',
    tags: ['komplain', 'rusak'],
    priority: 'high',
    turns: [
      says(
        [
          'Saya kecewa sekali. {goods} datang dengan kardus penyok dan layarnya retak. Ini fotonya. Saya minta ganti baru!',
          'Barang {goods} sampai dalam keadaan rusak, bagian samping pecah. Mohon tanggung jawabnya.'
        ],
        { file: 'photo' }
      ),
      answers(
        'Mohon maaf sekali, {honorific} {first}. Kami ganti dengan unit baru tanpa biaya. Kurir menjemput unit yang rusak besok, apakah pukul 10 cocok?'
      ),
      notes('Asuransi kirim sudah diklaim, nomor {claim}. Kirim unit pengganti hari ini juga.'),
      says([
        'Oke jam 10 bisa. Tolong yang baru dicek dulu ya.',
        'Bisa. Saya di rumah sampai siang.'
      ]),
      answers('Unit pengganti sudah dicek tim kami dan dikirim hari ini. Nomor resi SE{claim}.'),
      says('Unit barunya sudah sampai dan normal. Terima kasih sudah cepat ditangani.')
    ]
  },
  {
    language: 'id',
    subject: 'Biaya antar dan pasang di {city}',
    team: 'shipping',
    tags: ['pengiriman', 'pemasangan'],
    turns: [
      says([
        'Kalau beli {goods} diantar ke {city} kena ongkir berapa? Sekalian pasang bisa?',
        'Permisi, untuk daerah {city} apakah ada jasa pasang {goods}?'
      ]),
      answers(
        'Bisa {honorific} {first}. Antar ke {city} Rp75.000, pemasangan Rp150.000 sudah termasuk bracket standar. Teknisi tersedia Selasa sampai Sabtu.'
      ),
      says(['Kalau Sabtu pagi masih ada slot?', 'Oke, saya pesan untuk Sabtu ya.']),
      answers(
        'Sabtu pukul 09.00 sudah kami pesankan atas nama {name}. Teknisi menelepon 30 menit sebelumnya.'
      ),
      says('Siap, terima kasih.')
    ]
  },
  {
    language: 'id',
    subject: 'Ambil di toko',
    team: 'shipping',
    tags: ['ambil di toko'],
    media: ['whatsapp', 'instagram', 'marketplace'],
    turns: [
      says([
        'Pesanan {order} boleh saya ambil sendiri di toko Dago sore ini?',
        'Kak, hari Minggu toko buka jam berapa? Mau ambil {goods}.'
      ]),
      answers(
        'Boleh {honorific} {first}. Toko buka setiap hari pukul 09.00-20.00, tunjukkan saja nomor {order} di kasir.'
      ),
      says(['Oke nanti sore saya ke sana', 'Siap, makasih infonya'])
    ]
  },
  {
    language: 'en',
    subject: 'Delivery time to {city}',
    team: 'shipping',
    tags: ['delivery'],
    turns: [
      says([
        'Hi, I ordered the {goods} last week (order {order}). When will it arrive in {city}?',
        'Hello, could you tell me where my parcel {order} is? The courier page shows nothing.'
      ]),
      answers(
        'Hi {first}, thank you for writing. I am checking with the courier and will be back in a few minutes.'
      ),
      answers(
        'Your {goods} left our warehouse this morning and should reach {city} tomorrow before noon.'
      ),
      says(['Great, thank you!', 'Perfect. Please ask the driver to call before he comes.'])
    ]
  },
  {
    language: 'id',
    subject: 'Telepon: jadwal antar {order}',
    team: 'shipping',
    tags: ['pengiriman', 'telepon'],
    media: ['phone'],
    turns: [
      says('Panggilan masuk 2 menit 40 detik. {name} menanyakan jadwal antar {goods} ke {city}.'),
      notes('Sudah dijawab lewat telepon: besok antara pukul 13.00 dan 16.00.'),
      answers(
        'Sesuai pembicaraan tadi, {goods} kami antar besok pukul 13.00-16.00. Terima kasih {honorific} {first}.',
        {
          via: 'whatsapp'
        }
      ),
      says(['Oke, ditunggu', 'Siap, terima kasih'], { via: 'whatsapp' })
    ]
  }
]
