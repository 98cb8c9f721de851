const names: string[] = []
const numbers = new Map<string, number>()
let onName: ((name: string, number: number) => void) | undefined

/** The number of the plugin that was entered last and not left yet, 0 for none; read by the watchdog. */
export const entered = new Int32Array(new SharedArrayBuffer(4))

/** Marks that a plugin's code is entered; returns what must be put back when it is left. */
export function enter(plugin: string): number {
  const before = entered[0] ?? 0
  entered[0] = numbers.get(plugin) ?? addName(plugin)
  return before
}

export function leave(before: number): void {
  entered[0] = before
}

/** Hears of every name, those that are known already first. */
export function onNames(listener: (name: string, number: number) => void): void {
  onName = listener
  names.forEach((name, index) => listener(name, index + 1))
}

function addName(plugin: string): number {
  const number = names.push(plugin)
  numbers.set(plugin, number)
  onName?.(plugin, number)
  return number
}
