/** What passes does not wait for it, so it is long enough for the slowest and busiest machine. */
export const patienceMs = 120_000

/** A file that is not through by then hangs; `timeout` in `.taprc` says the same. */
export const fileMs = 900_000
