/** The response was larger than the caller wants to hold. */
class ResponseTooLarge extends Error {
  readonly code = 'response_too_large'

  constructor(maxBytes: number) {
    super(`The response is larger than ${maxBytes} bytes`)
    this.name = 'ResponseTooLarge'
  }
}

/**
 * Counts what is really read, after decompression: a declared length can lie. The body ends with `end`, whoever else
 * has forgotten it by then.
 */
export function limited(response: Response, maxBytes: number, end: AbortSignal): Response {
  if (!response.body) return response
  let read = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      read += chunk.byteLength
      if (read > maxBytes) controller.error(new ResponseTooLarge(maxBytes))
      else controller.enqueue(chunk)
    }
  })
  const { status, statusText, headers, url } = response
  const counted = new Response(response.body.pipeThrough(counter, { signal: end }), {
    status,
    statusText,
    headers: [...headers]
  })
  return Object.defineProperty(counted, 'url', { value: url })
}
