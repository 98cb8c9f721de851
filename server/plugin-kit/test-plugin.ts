import { placeOf, specOf } from './place.ts'
import { reportText, type Report } from './report.ts'
import { checkChannel, type CheckOptions } from './run.ts'

/** Runs the kit by a plugin's own `test/conformance`. `path` is its folder, or the id of a bundled one. */
export async function testPlugin(
  path: string,
  options: CheckOptions = {}
): Promise<{ report: Report; text: string }> {
  const place = placeOf(path)
  const spec = await specOf(place)
  if (!spec) throw new Error(`${place.id} has no test/conformance to run`)
  const report = await checkChannel(place.folder, spec, options)
  return { report, text: reportText(report) }
}
