import type { Random } from './random.ts'

export interface Person {
  name: string
  first: string
  honorific: string
  city: string
  language: 'id' | 'en'
  email: string
  phone: string
  handle: string
  /** Where else they are known. */
  places: ('telegram' | 'marketplace' | 'instagram')[]
  isVip: boolean
}

const women = `Sri Wahyuni|Dewi Lestari|Putri Anggraini|Siti Nurhaliza Rahma|Ayu Kartika|Rina Marlina|Fitri Handayani
Wulan Sari|Nur Aisyah|Indah Permata|Maya Puspita|Ratih Kusuma|Lina Halim|Yuliana Tan|Intan Maharani|Dian Safitri
Citra Ramadhani|Melati Siregar|Kadek Ayu Pratiwi|Nyoman Sukma|Hesti Utami|Rani Oktaviani|Tiara Azzahra|Vina Chandra
Bunga Simanjuntak|Eka Susanti|Mega Wulandari|Novi Astuti|Laras Hapsari|Sekar Arum`
const men = `Budi Santoso|Agus Setiawan|Rizky Pratama|Andi Wijaya|Hendra Gunawan|Dedi Kurniawan|Fajar Nugroho
Yusuf Hidayat|Bayu Saputra|Eko Purnomo|Irfan Maulana|Galih Permana|Reza Firmansyah|Arif Rahman|Joko Susilo
Wayan Sudarta|Ketut Arnawa|Ujang Suryana|Asep Ridwan|Cecep Hermawan|Tigor Sinaga|Ruben Manurung|Daniel Halim
Kevin Tanoto|Surya Adinata|Dimas Anggoro|Taufik Ismail Harahap|Bambang Sutrisno|Gilang Ramadhan|Ilham Syahputra`
const guests = `Emma Clarke|James Turner|Sophie Martin|Lukas Weber|Olivia Brown|Daniel Kim|Anna Kowalska|Tom Hughes`

const cities = `Bandung|Cimahi|Jakarta Selatan|Bekasi|Bogor|Depok|Garut|Tasikmalaya|Sumedang|Cirebon|Semarang|Yogyakarta
Surabaya|Malang|Denpasar|Medan|Palembang|Makassar|Balikpapan|Padang`
const places = 'posku|surat|kotak|rumah|kantor-kita'

const split = (text: string) => text.split(/[|\n]/)

/** Customers, none like the other. */
export function peopleOf(random: Random, amount: number): Person[] {
  const taken = new Set<string>()
  return Array.from({ length: amount }, (_, index) => {
    const isGuest = index % 9 === 8
    const isWoman = random.chance(0.5)
    const pool = isGuest ? guests : isWoman ? women : men
    const name = freeName(random, split(pool), taken)
    const slug = name.toLowerCase().replaceAll(/[^a-z]+/g, '.')
    return {
      name,
      first: name.split(' ')[0] ?? name,
      honorific: isWoman ? random.pick(['Bu', 'Kak']) : random.pick(['Pak', 'Kak']),
      city: random.pick(split(cities)),
      language: isGuest ? 'en' : 'id',
      email: `${slug}@${random.pick(split(places))}.example`,
      phone: `+62812${String(10_000_000 + index * 7919).slice(0, 8)}`,
      handle: `${slug.replaceAll('.', '_')}${index}`,
      places: (['telegram', 'marketplace', 'instagram'] as const).filter(() => random.chance(0.4)),
      isVip: random.chance(0.08)
    }
  })
}

/** When all names are taken, families come: "Budi Wijaya". */
function freeName(random: Random, names: string[], taken: Set<string>): string {
  for (;;) {
    const name = random.pick(names)
    const family = random.pick(names).split(' ').at(-1) ?? ''
    const choice = taken.has(name) ? `${name.split(' ')[0]} ${family}` : name
    if (taken.has(choice)) continue
    taken.add(choice)
    return choice
  }
}
