import type { ChatFile } from '../../wire.ts'
import { newId, outdated, Refusal, refusalOf, unreachable, withLanguage, type Api } from './api.ts'
import { backoff, Pause } from './pause.ts'

export interface Upload {
  id: string
  name: string
  /** 0 to 1. */
  progress: number
  done: ChatFile | null
  cancel(): void
}

const silenceMs = 30_000
const longestWaitMs = 60_000

/** Sends one file, again and again while Sapa cannot be reached: the same id with the same bytes is one file. */
export function upload(
  api: Api,
  file: File,
  on: { progress(): void; failed(refusal: Refusal): void }
): Upload {
  const stop = new AbortController()
  const pause = new Pause()
  const { name } = file
  const made: Upload = { id: newId(), name, progress: 0, done: null, cancel: () => stop.abort() }
  addEventListener('online', () => pause.wake(), { signal: stop.signal })
  const progress = (share: number) => {
    made.progress = share
    on.progress()
  }

  const send = async () => {
    for (let failures = 0; !stop.signal.aborted; failures++) {
      const answer = await attempt(api, made.id, file, progress, stop.signal)
      if (stop.signal.aborted) return
      if (!(answer instanceof Refusal)) {
        made.done = answer
        return on.progress()
      }
      const { isPassing, retryAfterMs } = answer
      if (!isPassing || retryAfterMs > longestWaitMs || !(await isThere(file))) {
        return on.failed(answer)
      }
      await pause.wait(Math.max(retryAfterMs, backoff(failures)))
    }
  }
  void send()
  return made
}

/** `XMLHttpRequest`, because fetch does not tell how far it is. Cut when nothing moves any more. */
async function attempt(
  api: Api,
  id: string,
  file: File,
  progress: (share: number) => void,
  stop: AbortSignal
): Promise<ChatFile | Refusal> {
  await api.turning
  const { token } = api
  const answer = await put(api, id, file, progress, stop)
  await api.turning
  // A sign-in in between has brought another one, with which it can be sent.
  return token === api.token || !(answer instanceof Refusal) ? answer : outdated
}

function put(
  api: Api,
  id: string,
  file: File,
  progress: (share: number) => void,
  stop: AbortSignal
): Promise<ChatFile | Refusal> {
  return new Promise(resolve => {
    const request = new XMLHttpRequest()
    const cut = () => request.abort()
    let timer = setTimeout(cut, silenceMs)
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(cut, silenceMs)
    }
    stop.addEventListener('abort', cut)
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      alive()
      progress(total > 0 ? loaded / total : 0)
    })
    request.addEventListener('loadend', () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', cut)
      const { status, responseText } = request
      const isDone = status === 200 || status === 201
      if (isDone) resolve(JSON.parse(responseText) as ChatFile)
      else resolve(status === 0 ? unreachable : refusalOf(status, responseText))
    })
    request.open('PUT', withLanguage(`files/${id}`))
    for (const [key, value] of Object.entries(api.headers())) request.setRequestHeader(key, value)
    request.setRequestHeader(
      'x-filename',
      encodeURIComponent(file.name.replace(/\p{Surrogate}/gu, ''))
    )
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}

/** What was moved or deleted meanwhile cannot be read again. */
function isThere(file: File): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false
    )
}
