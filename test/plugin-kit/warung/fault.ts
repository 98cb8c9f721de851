/** What this copy of the channel does wrong; the tests write another file in its place. */
export const fault: string = ''
