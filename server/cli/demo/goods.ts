import type { Person } from './people.ts'
import type { Random } from './random.ts'

const goods: [string, number][] = [
  ['TV LED 43 inci', 3_850_000],
  ['kulkas dua pintu 210 L', 3_299_000],
  ['AC 1 PK inverter', 4_650_000],
  ['mesin cuci 8 kg', 2_950_000],
  ['rice cooker 1,8 L', 549_000],
  ['laptop 14 inci', 7_499_000],
  ['printer tinta isi ulang', 2_150_000],
  ['speaker Bluetooth', 689_000],
  ['headset nirkabel', 459_000],
  ['power bank 20.000 mAh', 329_000],
  ['kipas angin berdiri', 385_000],
  ['blender 2 L', 425_000],
  ['setrika uap', 510_000],
  ['router WiFi 6', 875_000],
  ['monitor 24 inci', 1_690_000],
  ['dispenser galon bawah', 1_450_000],
  ['vacuum cleaner', 1_199_000],
  ['kamera pengawas', 415_000]
]
const english: Record<string, string> = {
  'TV LED 43 inci': '43 inch LED TV',
  'kulkas dua pintu 210 L': 'two-door fridge',
  'AC 1 PK inverter': '1 hp air conditioner',
  'mesin cuci 8 kg': '8 kg washing machine',
  'laptop 14 inci': '14 inch laptop',
  'speaker Bluetooth': 'Bluetooth speaker',
  'headset nirkabel': 'wireless headset',
  'monitor 24 inci': '24 inch monitor',
  'kipas angin berdiri': 'standing fan',
  'setrika uap': 'steam iron'
}
const uses = [
  'rumah kecil',
  'kamar kos',
  'kantor 10 orang',
  'usaha katering',
  'ruang kelas',
  'warung kopi'
]

export interface Slots {
  [slot: string]: string
}

/** What fills the blanks of one conversation. */
export function slotsOf(random: Random, person: Person): Slots {
  const [name, price] = random.pick(
    person.language === 'en' ? goods.filter(([one]) => english[one]) : goods
  )
  return {
    name: person.name,
    first: person.first,
    honorific: person.honorific,
    city: person.city,
    goods: person.language === 'en' ? (english[name] ?? name) : name,
    price: `Rp${price.toLocaleString('id-ID')}`,
    order: `SE-${random.between(24_100, 28_900)}`,
    claim: String(random.between(3100, 9800)),
    use: person.language === 'en' ? 'a small flat' : random.pick(uses)
  }
}

export function fillSlots(text: string, slots: Slots): string {
  const filled = text.replaceAll(/\{(\w+)\}/g, (whole, slot: string) => slots[slot] ?? whole)
  return filled.charAt(0).toUpperCase() + filled.slice(1)
}
