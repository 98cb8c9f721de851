/** Whether `npm run dev` runs: then what an author saves is tried at once, and the terminal says how it went. */
export const isAuthoring = (env: Record<string, string | undefined> = process.env): boolean =>
  env['SAPA_DEV'] === '1'

/** One line at the author's terminal. */
export function tell(plugin: string, text: string): void {
  process.stderr.write(`${plugin}: ${text}\n`)
}

/** Why a plugin did not start, with the file and line that its author knows. */
export function tellFailure(plugin: string, error: unknown): void {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const place = placeIn(stack, plugin)
  tell(plugin, `${name}: ${message}${place ? `\n    at ${place}` : ''}`)
}

/** The first frame in the plugin's own code. What runs is a copy; the author knows the original. */
function placeIn(stack: string, plugin: string): string | null {
  const frame = new RegExp(
    `[/\\\\]\\.versions[/\\\\]${plugin}[/\\\\][^/\\\\]+[/\\\\](?<file>[^\\n?]*?)(?:\\?[^:\\n]*)?:(?<line>\\d+)(?::\\d+)?`
  ).exec(stack)
  const { file, line } = frame?.groups ?? {}
  return file ? `plugins/${plugin}/${file}:${line}` : null
}
