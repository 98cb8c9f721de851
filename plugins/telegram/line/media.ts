import type { MediaStream } from 'sapa/plugin-api'
import { call, download, Refusal, type Line } from '../api/call.ts'
import { askFailure, type Fail } from '../api/failure.ts'

interface FilePath {
  file_path?: string
  file_size?: number
}

/** A file by its id: first its path, which holds for an hour, then its bytes. */
export async function openMedia(
  line: Line,
  fail: Fail,
  ref: string,
  signal: AbortSignal
): Promise<MediaStream> {
  try {
    const { file_path, file_size } = await call<FilePath>(
      line,
      'getFile',
      { file_id: ref },
      { signal }
    )
    if (file_path === undefined) throw new Refusal(400, 'The file is not there')
    const { body } = await download(line, file_path, signal)
    if (!body) throw new Refusal(400, 'The file is empty')
    return { stream: body, ...(file_size === undefined ? {} : { size: file_size }) }
  } catch (error) {
    throw askFailure(fail, error)
  }
}
