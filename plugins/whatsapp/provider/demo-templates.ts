import type { Template } from './template.ts'

/** What a shop has had approved. */
export const demoTemplates: Template[] = [
  approved('pesanan_siap', [
    {
      type: 'HEADER',
      format: 'TEXT',
      text: 'Pesanan {{1}}',
      example: { header_text: ['SE-24101'] }
    },
    {
      type: 'BODY',
      text: 'Halo {{1}}, pesanan Anda sudah siap. Bisa diambil di toko mulai {{2}}.',
      example: { body_text: [['Budi', 'besok pukul 10.00']] }
    },
    { type: 'FOOTER', text: 'Sinar Elektronik, Bandung' }
  ]),
  approved('lanjut_percakapan', [
    {
      type: 'BODY',
      text: 'Halo {{1}}, kami ingin melanjutkan percakapan tentang {{2}}. Silakan balas pesan ini.',
      example: { body_text: [['Budi', 'klaim garansi']] }
    }
  ]),
  approved('janji_teknisi', [
    {
      type: 'BODY',
      text: 'Halo {{1}}, teknisi kami datang {{2}}. Apakah waktunya cocok?',
      example: { body_text: [['Budi', 'Selasa pukul 13.00']] }
    },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Cocok' },
        { type: 'QUICK_REPLY', text: 'Ganti waktu' }
      ]
    }
  ])
]

function approved(name: string, components: Template['components']): Template {
  const id = String(770_000_000_000_000 + name.length)
  return {
    ...{ id, name, language: 'id', status: 'APPROVED', category: 'UTILITY' },
    ...{ parameter_format: 'POSITIONAL', components }
  }
}
