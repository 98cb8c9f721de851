/** A form as a browser sends it. */
export function post(
  url: string,
  values: Record<string, string>,
  headers: Record<string, string> = {}
) {
  return {
    ...{ method: 'POST' as const, url, payload: new URLSearchParams(values).toString() },
    headers: {
      ...{ 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
      ...headers
    }
  }
}
