import type { Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const token = say(
  'Meta refuses the access token. Make a new one and save it in the account; replies wait.',
  'Meta menolak token akses. Buat token baru dan simpan di akun ini; balasan menunggu.'
)
const permission = say(
  'The access token may not do this. Give it both WhatsApp permissions and save the new one.',
  'Token akses tidak punya izin. Beri kedua izin WhatsApp, lalu simpan token barunya.'
)
const busy = say(
  'Too many messages at once. Sapa waits and sends it by itself.',
  'Terlalu banyak pesan sekaligus. Sapa menunggu, lalu mengirimnya sendiri.'
)
const later = say(
  'WhatsApp has a fault just now. Sapa tries again by itself.',
  'WhatsApp sedang bermasalah. Sapa mencoba lagi sendiri.'
)
const strange = say(
  'WhatsApp does not take a message of this form. Write it differently.',
  'WhatsApp tidak menerima bentuk pesan ini. Tulis dengan cara lain.'
)
const number = say(
  'Meta does not know this number, or the token may not use it. Check the account.',
  'Meta tidak mengenal nomor ini, atau token tidak boleh memakainya. Periksa akunnya.'
)
const unregistered = say(
  'The number is not registered with the Cloud API. Register it in WhatsApp Manager.',
  'Nomor belum terdaftar di Cloud API. Daftarkan di WhatsApp Manager.'
)
const quality = say(
  'Meta holds this number back because people reported it. Write less, and only to those who wrote.',
  'Meta membatasi nomor ini karena dilaporkan penerima. Kurangi kiriman, dan hanya ke yang menulis.'
)
const locked = say(
  'Meta has locked the WhatsApp account. See Business Support Home for the reason.',
  'Meta mengunci akun WhatsApp ini. Lihat alasannya di Business Support Home.'
)
const kept = say(
  'Meta chose not to deliver this marketing message. Do not send it again soon.',
  'Meta memilih tidak mengirim pesan pemasaran ini. Jangan kirim ulang dalam waktu dekat.'
)
const noTemplate = say(
  'This template does not exist in this language any more. Choose another one.',
  'Templat ini tidak ada lagi dalam bahasa tersebut. Pilih yang lain.'
)
const values = say(
  'The template wants other values than it got. Fill it in again.',
  'Isi templat tidak cocok. Isi lagi dari awal.'
)

/** What each of Meta's numbers means for an agent, and what to do. */
export const reasons: Record<string, Text> = {
  0: token,
  190: token,
  3: permission,
  10: permission,
  131005: permission,
  ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [200 + n, permission])),
  33: number,
  100: strange,
  131008: strange,
  131009: strange,
  131055: strange,
  4: busy,
  80007: busy,
  80008: busy,
  130429: busy,
  131056: say(
    'Too many messages to this customer in a short time. Sapa waits and sends it by itself.',
    'Terlalu banyak pesan ke pelanggan ini. Sapa menunggu, lalu mengirimnya sendiri.'
  ),
  1: later,
  2: later,
  131000: later,
  131016: later,
  131057: later,
  133004: later,
  131048: quality,
  131064: quality,
  130472: kept,
  131049: kept,
  131047: say(
    'More than 24 hours since the customer wrote. Send a template, or answer by another channel.',
    'Sudah lewat 24 jam sejak pelanggan menulis. Kirim templat, atau balas lewat saluran lain.'
  ),
  131026: say(
    'WhatsApp cannot deliver it: no WhatsApp at this number, an old app, or you are blocked. Try another channel.',
    'WhatsApp tidak bisa mengirim: nomor tanpa WhatsApp, aplikasi lama, atau Anda diblokir. Coba saluran lain.'
  ),
  131050: say(
    'The customer wants no marketing messages. Only answer what they ask.',
    'Pelanggan tidak mau pesan pemasaran. Cukup jawab yang ditanyakan.'
  ),
  131051: say(
    'WhatsApp does not support this kind of message. Send it as text or as a file.',
    'Jenis pesan ini tidak didukung WhatsApp. Kirim sebagai teks atau berkas.'
  ),
  131052: say(
    'WhatsApp does not hand out the file any more. Ask the customer to send it again.',
    'Berkas tidak bisa diambil lagi dari WhatsApp. Minta pelanggan mengirim ulang.'
  ),
  131053: say(
    'WhatsApp does not take this file. Send it in another format, or smaller.',
    'WhatsApp menolak berkas ini. Kirim dalam format lain atau ukuran lebih kecil.'
  ),
  file_kind: say(
    'WhatsApp takes no files of this kind. Send it as PDF, JPEG or MP4, or by another channel.',
    'WhatsApp tidak menerima jenis berkas ini. Kirim sebagai PDF, JPEG atau MP4, atau lewat saluran lain.'
  ),
  131021: say(
    'The number cannot write to itself. Choose another recipient.',
    'Nomor tidak bisa mengirim ke dirinya sendiri. Pilih penerima lain.'
  ),
  131030: say(
    'A test number writes only to numbers on its list. Add this one there, or use your own number.',
    'Nomor uji hanya bisa mengirim ke nomor dalam daftarnya. Tambahkan nomor ini, atau pakai nomor sendiri.'
  ),
  131062: say(
    'This needs the phone number of the customer, and WhatsApp has not told it. Ask for it.',
    'Kiriman ini perlu nomor telepon, sedangkan WhatsApp tidak menyebutkannya. Tanyakan ke pelanggan.'
  ),
  131042: say(
    'Meta cannot charge for messages. Mend the payment in WhatsApp Manager; replies wait.',
    'Pembayaran ke Meta bermasalah. Perbaiki di WhatsApp Manager; balasan menunggu.'
  ),
  131031: locked,
  368: locked,
  130497: say(
    'Your business may not write to people in this country.',
    'Usaha Anda tidak diizinkan mengirim pesan ke negara ini.'
  ),
  131045: unregistered,
  133010: unregistered,
  133016: say(
    'Registered too often in a short time. Wait an hour.',
    'Terlalu sering didaftarkan. Tunggu satu jam.'
  ),
  132000: values,
  132012: values,
  132001: noTemplate,
  132005: say(
    'The filled template is too long. Use shorter values.',
    'Templat yang sudah diisi terlalu panjang. Persingkat isinya.'
  ),
  132007: say(
    'What was filled in is against the rules of WhatsApp. Word it differently.',
    'Isi templat melanggar aturan WhatsApp. Ubah kata-katanya.'
  ),
  132015: say(
    'Meta has paused this template because people reported it. Use another one.',
    'Meta menjeda templat ini karena dilaporkan penerima. Pakai templat lain.'
  ),
  132016: say(
    'Meta has switched this template off for good. Make another one.',
    'Meta mematikan templat ini untuk seterusnya. Buat templat lain.'
  ),
  132068: say(
    'The form in this template is blocked. Use another template.',
    'Formulir dalam templat ini diblokir. Pakai templat lain.'
  ),
  132069: say(
    'The form in this template is used too often just now. Try later.',
    'Formulir dalam templat ini sedang terlalu sering dipakai. Coba nanti.'
  )
}
