import { specOf, withCode } from './place.ts'
import { reportText, type Report } from './report.ts'
import { runCases, type CheckOptions } from './run.ts'

/** Runs the kit by a plugin's own `test/conformance`. `path` is its folder, or the id of a bundled one. */
export async function testPlugin(
  path: string,
  options: CheckOptions = {}
): Promise<{ report: Report; text: string }> {
  const report = await withCode(path, async place => {
    const spec = await specOf(place)
    if (!spec) throw new Error(`${place.id} has no test/conformance to run`)
    return runCases(place, spec, options)
  })
  return { report, text: reportText(report) }
}
