import type { SettingsValues, TestAnswer, TestTools } from 'sapa/plugin-api'
import { ask, ShopProblem, type ProblemKind } from './client.ts'
import { shopOf } from './settings.ts'

const texts: Record<ProblemKind, TestAnswer['text']> = {
  refused: {
    en: 'The shop refuses the key and secret. Make a new key with "Read" and copy both.',
    id: 'Toko menolak key dan secret. Buat key baru dengan izin "Read", lalu salin keduanya.'
  },
  no_api: {
    en: 'No WooCommerce API at this address. In WordPress, permalinks must not be "Plain".',
    id: 'Tidak ada API WooCommerce di alamat ini. Di WordPress, permalink tidak boleh "Plain".'
  },
  too_slow: { en: 'The shop takes too long to answer.', id: 'Toko terlalu lama menjawab.' },
  unreachable: {
    en: 'The shop cannot be reached. Check the address.',
    id: 'Toko tidak dapat dihubungi. Periksa alamatnya.'
  },
  strange: {
    en: 'Something answers there, but it is not WooCommerce.',
    id: 'Ada yang menjawab di alamat itu, tetapi bukan WooCommerce.'
  },
  busy: { en: 'The shop is busy. Try again in a minute.', id: 'Toko sibuk. Coba lagi sebentar.' }
}

/** The *Test* button: one order is asked for, with what is typed. */
export async function testShop(values: SettingsValues, tools: TestTools): Promise<TestAnswer> {
  const shop = shopOf(values)
  if (!shop) {
    const text = { en: 'Fill in address, key and secret.', id: 'Isi alamat, key, dan secret.' }
    return { isOk: false, text }
  }
  try {
    const answer = await ask(tools.fetch, shop, 'orders', { per_page: 1 }, tools.signal)
    if (!Array.isArray(answer)) throw new ShopProblem('strange', 'no list')
    return { isOk: true, text: { en: 'The shop answers.', id: 'Toko menjawab.' } }
  } catch (error) {
    if (error instanceof ShopProblem) return { isOk: false, text: texts[error.kind] }
    throw error
  }
}
