import { explain } from './explain.ts'
import { program } from './program.ts'

try {
  await program().parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
