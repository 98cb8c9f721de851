type Listener = (value?: unknown) => void

/** Who on the page listens to what. */
export function emitter() {
  const listeners: [string, unknown][] = []
  return {
    on: (name: unknown, listener: unknown) => void listeners.push([name as string, listener]),
    off(name: unknown, listener?: unknown) {
      for (const entry of listeners) {
        if (entry[0] === name && (!listener || entry[1] === listener)) entry[0] = ''
      }
    },
    /** A fault of the page's is the page's: it is reported there and ends nothing here. */
    emit(name: string, value?: unknown) {
      for (const [wanted, listener] of listeners) {
        try {
          if (wanted === name) (listener as Listener)(value)
        } catch (error) {
          reportError(error)
        }
      }
    }
  }
}
