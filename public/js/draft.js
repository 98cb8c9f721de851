const prefix = 'sapa:draft:'

// Private windows and full disks refuse storage; the server's copy remains.
export function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix + key)) ?? { text: '', at: 0 }
  } catch {
    return { text: '', at: 0 }
  }
}

/** An emptied draft is kept as such, else an older one of the server would come back; at 0 forgets. */
export function keepDraft(key, text, at) {
  try {
    if (at > 0) localStorage.setItem(prefix + key, JSON.stringify({ text, at }))
    else localStorage.removeItem(prefix + key)
  } catch {
    return false
  }
  return true
}

/** What one agent wrote in this browser; drafts of a colleague at the same desk stay. */
export function forgetDrafts(agent) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix) && key.split(':')[3] === agent) localStorage.removeItem(key)
    }
  } catch {
    // No storage, nothing kept.
  }
}

export const isDraftEvent = (event, key) => event.key === prefix + key

/** Survives the closing of the page, which a plain request does not. */
export function putDraft(url, kind, text, signal) {
  return fetch(url, {
    method: 'PUT',
    body: new URLSearchParams({ kind, text }),
    keepalive: text.length < 60_000,
    signal
  })
}
