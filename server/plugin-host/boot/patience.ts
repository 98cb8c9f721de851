/** How often within the time limit the event loop shows that it turns. */
export const beatsPerHang = 10

/** So many times the limit for a stall that no plugin can be named for: it may end by itself. */
export const nobody = 6

/** And before anybody looks at all during a migration or a copy of the database. */
export const maintenance = 30
