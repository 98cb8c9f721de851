import type { Shop } from './settings.ts'

/** Pages of the shop's own administration. */
export const orderUrl = (shop: Pick<Shop, 'url'>, id: number) =>
  `${shop.url}/wp-admin/post.php?post=${id}&action=edit`

export const searchUrl = (shop: Pick<Shop, 'url'>, word: string) =>
  `${shop.url}/wp-admin/edit.php?post_type=shop_order&s=${encodeURIComponent(word)}`
