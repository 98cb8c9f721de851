/** What passes does not wait for it, so it is long enough for the slowest and busiest machine. */
export const patienceMs = 120_000

/** What ends at once is not waited for so long on any machine; what hangs takes longer. */
export const hangMs = 20_000

/** A file that is not through by then hangs; `timeout` in `.taprc` says the same. */
export const fileMs = 900_000
