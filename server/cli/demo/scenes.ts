import type { DemoWords } from '../../plugin-api/demo.ts'
import { picture } from './file.ts'
import type { Medium } from './script.ts'
import { voice } from './voice.ts'

export interface LiveScene {
  medium: Medium
  /** With the seconds after the start at which they do it. */
  steps: [number, DemoWords][]
}

/** What can be more than words, in the first minute. */
export const liveScenes = (): LiveScene[] => [
  {
    medium: 'whatsapp',
    steps: [
      [
        4,
        {
          kind: 'advertised',
          text: 'Halo kak, TV LED di iklan ini masih ada?',
          title: 'Promo TV LED 43 inci',
          body: 'Gratis antar Bandung Raya sampai akhir bulan'
        }
      ],
      [16, { kind: 'text', text: 'Kalau masih ada saya mau ambil dua ya.' }],
      [26, { kind: 'edit', text: 'Kalau masih ada saya mau ambil satu saja ya.' }]
    ]
  },
  {
    medium: 'whatsapp',
    steps: [
      [
        8,
        { kind: 'text', text: 'Kak, kurirnya sudah di dekat rumah tapi tidak ketemu alamatnya.' }
      ],
      [
        13,
        {
          kind: 'place',
          ...{ latitude: -6.8849, longitude: 107.6136 },
          ...{ name: 'Rumah pagar hijau', address: 'Jl. Ir. H. Juanda 220, Bandung' }
        }
      ],
      [22, { kind: 'voice', bytes: voice(4), mime: 'audio/ogg; codecs=opus', seconds: 4 }]
    ]
  },
  {
    medium: 'telegram',
    steps: [
      [
        10,
        {
          kind: 'photo',
          ...{ bytes: picture(5), mime: 'image/png' },
          text: 'Layarnya bergaris seperti ini. Masih garansi?'
        }
      ],
      [19, { kind: 'voice', bytes: voice(3), mime: 'audio/ogg', seconds: 3 }]
    ]
  },
  {
    medium: 'telegram',
    steps: [
      [12, { kind: 'text', text: 'Tolong kirim ke Jalan Melati 5, Cimahi.' }],
      [24, { kind: 'edit', text: 'Tolong kirim ke Jalan Melati 7, Cimahi.' }]
    ]
  },
  {
    medium: 'telegram',
    steps: [
      [15, { kind: 'text', text: 'Maaf, salah toko. Tidak jadi pesan ya.' }],
      [30, { kind: 'block' }]
    ]
  }
]
