import type { ChatFile } from '../../wire.ts'
import type { Chat } from './chat.ts'
import { h, icon } from './element.ts'
import { upload, type Upload } from './upload.ts'
import { word } from './word.ts'

/** Files that go with the next message, with how far they are. */
export function drawTray(chat: Chat, say: (text: string) => void, changed: () => void) {
  const element = h('ul', { class: 'tray', hidden: true })
  let uploads: Upload[] = []

  const drop = (one: Upload) => {
    one.cancel()
    uploads = uploads.filter(other => other !== one)
    draw()
  }
  const draw = () => {
    element.replaceChildren(...uploads.map(one => row(one, () => drop(one))))
    element.hidden = uploads.length === 0
    changed()
  }

  return {
    element,
    get isBusy() {
      return uploads.some(({ done }) => !done)
    },
    get count() {
      return uploads.length
    },
    add(files: File[]) {
      const { limits } = chat.state ?? {}
      if (!limits || !chat.state?.hasFiles || files.length === 0) return
      for (const file of files) {
        const { name } = file
        if (uploads.length >= limits.filesPerMessage) {
          return say(word('tooManyFiles', { count: limits.filesPerMessage }))
        }
        if (file.size > limits.fileBytes) {
          say(word('fileTooLarge', { name, size: Math.floor(limits.fileBytes / 1_048_576) }))
          continue
        }
        const one: Upload = upload(chat.api, file, {
          progress: draw,
          failed: ({ status, message }) => {
            drop(one)
            say(
              status === 415 ? word('fileType', { name }) : message || word('fileFailed', { name })
            )
          }
        })
        uploads.push(one)
      }
      draw()
    },
    clear() {
      for (const one of uploads) drop(one)
    },
    take(): ChatFile[] {
      const files = uploads.flatMap(({ done }) => done ?? [])
      uploads = []
      draw()
      return files
    }
  }
}

function row({ name, progress, done }: Upload, remove: () => void): HTMLElement {
  return h(
    'li',
    {},
    h('span', { dir: 'auto' }, name),
    !done && h('progress', { max: 1, value: progress, 'aria-label': word('uploading', { name }) }),
    h(
      'button',
      { type: 'button', class: 'icon', 'aria-label': word('remove', { name }), onclick: remove },
      icon('close')
    )
  )
}
