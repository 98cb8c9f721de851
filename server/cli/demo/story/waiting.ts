import { says, type Script } from '../script.ts'

/** Whoever only writes and still waits; `hours` ago, so that a day's time to answer is nearly over, or is over. */
export const waiting: { hours: number; script: Script }[] = [
  {
    hours: 23.2,
    script: {
      language: 'id',
      subject: 'Jadwal pemasangan AC',
      team: 'service',
      tags: ['pemasangan'],
      media: ['whatsapp'],
      turns: [says('Halo kak, teknisi pemasangan AC jadinya datang hari apa ya?')]
    }
  },
  {
    hours: 30.5,
    script: {
      language: 'id',
      subject: 'Stok monitor 24 inci',
      team: 'sales',
      tags: ['stok'],
      media: ['whatsapp'],
      turns: [says('Halo kak, kalau monitor 24 inci sudah ada lagi tolong kabari saya ya.')]
    }
  }
]
