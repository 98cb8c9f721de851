import type { ChatFile } from '../../wire.ts'
import type { Api } from './api.ts'
import { h, icon } from './element.ts'
import { word } from './word.ts'

/** A file of a message: brought with the token, so its address alone opens nothing. */
export function drawFile(api: Api, file: ChatFile): HTMLElement {
  const save = async () => {
    const link = h('a', { href: await addressOf(api, file), download: file.name })
    link.click()
  }
  const label = word('download', { name: file.name })
  const button = h('button', {
    ...{ type: 'button', class: file.isImage ? 'pic' : 'doc', 'aria-label': label, title: label },
    onclick: () => void save().catch(() => undefined)
  })
  if (!file.isImage) {
    button.append(icon('file'), h('span', { dir: 'auto' }, file.name), h('small', {}, sizeOf(file)))
    return button
  }
  const picture = h('img', { alt: word('image', { name: file.name }) })
  button.append(picture)
  addressOf(api, file).then(
    address => (picture.src = address),
    () => button.replaceChildren(file.name)
  )
  return button
}

const addresses = new Map<string, Promise<string>>()

function addressOf(api: Api, { id, mime, isImage }: ChatFile): Promise<string> {
  const known = addresses.get(id)
  if (known) return known
  const address = api.open('GET', `files/${encodeURIComponent(id)}`).then(async answer => {
    const bytes = await answer.blob()
    const type = isImage && /^image\/(png|jpeg|gif|webp)$/.test(mime) ? mime : octets
    return URL.createObjectURL(new Blob([bytes], { type }))
  })
  addresses.set(id, address)
  address.catch(() => addresses.delete(id))
  return address
}

const octets = 'application/octet-stream'

function sizeOf({ size }: { size: number }): string {
  return size < 1_000_000 ? `${Math.ceil(size / 1000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`
}
