import type { ChatFile } from '../../wire.ts'
import { newId, refusalOf, withLanguage, type Api } from './api.ts'

export interface Upload {
  id: string
  name: string
  /** 0 to 1. */
  progress: number
  done: ChatFile | null
  cancel(): void
}

/** Sends one file; `XMLHttpRequest`, because fetch does not tell how far it is. */
export function upload(
  api: Api,
  file: File,
  on: { progress(): void; failed(status: number, text: string): void }
): Upload {
  const request = new XMLHttpRequest()
  const id = newId()
  const made: Upload = {
    id,
    name: file.name,
    progress: 0,
    done: null,
    cancel: () => request.abort()
  }
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    made.progress = total > 0 ? loaded / total : 0
    on.progress()
  })
  request.addEventListener('load', () => {
    if (request.status !== 201 && request.status !== 200) {
      return on.failed(request.status, refusalOf(request.status, request.responseText).message)
    }
    made.done = JSON.parse(request.responseText) as ChatFile
    on.progress()
  })
  request.addEventListener('error', () => on.failed(0, ''))
  request.open('PUT', withLanguage(`files/${id}`))
  for (const [name, value] of Object.entries(api.headers())) request.setRequestHeader(name, value)
  request.setRequestHeader('x-filename', encodeURIComponent(file.name))
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.send(file)
  return made
}
