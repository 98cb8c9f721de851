import type { Text } from 'sapa/plugin-api'

/** What is asked for the picture or file above a text. */
export const mediaLabels: Record<'image' | 'video' | 'document', Text> = {
  image: { en: 'Picture above the text, web address', id: 'Gambar di atas teks, alamat web' },
  video: { en: 'Video above the text, web address', id: 'Video di atas teks, alamat web' },
  document: { en: 'Document above the text, web address', id: 'Dokumen di atas teks, alamat web' }
}

export const couponLabel: Text = { en: 'Code to copy', id: 'Kode untuk disalin' }

/** The address behind a button is fixed but for its end. */
export const buttonLabel = (title: string): Text => ({
  en: `End of the address of “${title}”`,
  id: `Akhir alamat tombol “${title}”`
})
