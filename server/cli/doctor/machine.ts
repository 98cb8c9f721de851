import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { satisfies } from 'semver'
import { root } from '../../paths.ts'
import { fine, megabytes, problem, warning, type Finding } from './finding.ts'

/** Node, the data folder, its disk. */
export function examineMachine(dataDir: string): Finding[] {
  return [nodeVersion(), ...folder(dataDir)]
}

function nodeVersion(): Finding {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const wanted = (JSON.parse(text) as { engines: { node: string } }).engines.node
  const version = process.versions.node
  return satisfies(version, wanted)
    ? fine('node', `Node.js ${version}`)
    : problem('node', `Node.js ${version} is not supported; Sapa needs ${wanted}.`)
}

function folder(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) return [problem('folder', `The data folder ${dataDir} does not exist.`)]
  return [rights(dataDir), user(dataDir), fileSystem(dataDir), space(dataDir)]
}

function rights(dataDir: string): Finding {
  const open = [dataDir, join(dataDir, 'secret.key'), join(dataDir, 'sapa.db')].filter(
    path => existsSync(path) && isOpenToOthers(path, dataDir)
  )
  if (open.length === 0) return fine('rights', `Only its owner can read ${dataDir}`)
  return warning('rights', `Other users of this machine can read ${open.join(', ')}: chmod go-rwx`)
}

/** A file in a closed folder is closed, whatever its own rights. */
function isOpenToOthers(path: string, dataDir: string): boolean {
  const isOpen = (one: string) => (statSync(one).mode & 0o077) !== 0
  return path === dataDir ? isOpen(path) : isOpen(dataDir) && isOpen(path)
}

function user(dataDir: string): Finding {
  const { uid } = statSync(dataDir)
  const own = process.getuid?.() ?? uid
  if (own === uid) return fine('user', 'This user owns the data folder')
  return warning(
    'user',
    `The data folder belongs to user ${uid}, but this runs as ${own}: files it makes may be out of the server's reach.`
  )
}

const risky: Record<number, [Finding['level'], string]> = {
  0x6969: ['problem', 'NFS: SQLite cannot lock there. Use a disk of this machine.'],
  0xff534d42: ['problem', 'a Windows share: SQLite cannot lock there. Use a disk of this machine.'],
  0xfe534d42: ['problem', 'a Windows share: SQLite cannot lock there. Use a disk of this machine.'],
  0x01021994: ['warning', 'tmpfs: everything is lost when this machine restarts.'],
  0x794c7630: [
    'warning',
    'a container layer: everything is lost with the container. Use a volume.'
  ],
  0x65735546: ['warning', 'FUSE: some of these lose locks or syncs. Test it, or use a plain disk.']
}

function fileSystem(dataDir: string): Finding {
  const found = risky[statfsSync(dataDir).type]
  if (!found) return fine('disk', 'The data folder lies on a local disk')
  return { part: 'disk', level: found[0], text: `The data folder lies on ${found[1]}` }
}

function space(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir)
  const free = bavail * bsize
  const text = `${megabytes(free)} of disk space are free`
  if (free < 100 * 1_048_576) return problem('space', `Only ${text}: mail may soon be refused.`)
  return free < 1024 * 1_048_576 ? warning('space', `Only ${text}.`) : fine('space', text)
}
