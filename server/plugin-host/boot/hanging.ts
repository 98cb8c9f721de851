import { Session, type Debugger } from 'node:inspector'
import { pluginOf } from '../attribution.ts'

/** Where the main thread stands. */
export interface Hanging {
  plugin: string | null
  entry: string
  /** Innermost frame first. */
  stack: string[]
  /** Lets it go on. */
  resume(): void
}

const limitMs = 2000

/**
 * Stops the main thread wherever it is and asks whose code that is, also long after an await. Null
 * when it does not hear, as in native code.
 */
export async function findHanging(): Promise<Hanging | null> {
  const session = new Session()
  session.connectToMainThread()
  try {
    const hanging = await Promise.race([ask(session), late()])
    if (!hanging) session.disconnect()
    return hanging
  } catch {
    session.disconnect()
    return null
  }
}

async function ask(session: Session): Promise<Hanging> {
  const urls = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ params }) => {
    if (params.url.startsWith('file:')) urls.set(params.scriptId, params.url)
  })
  const stopped = new Promise<Debugger.CallFrame[]>(resolve => {
    session.once('Debugger.paused', ({ params }) => resolve(params.callFrames))
  })
  await post(session, 'Debugger.enable')
  await post(session, 'Debugger.pause')
  const frames = await stopped
  const running = await whoRuns(session)
  const stack = frames.map(frame => describe(frame, urls))
  return {
    plugin: running?.plugin ?? pluginOf(stack.join('\n')),
    entry: running?.entry ?? 'unknown',
    stack: stack.slice(0, 20),
    resume() {
      session.post('Debugger.resume', () => session.disconnect())
    }
  }
}

/** Asks the async context of the frame that is stopped. */
async function whoRuns(session: Session): Promise<{ plugin: string; entry: string } | null> {
  const expression = `JSON.stringify(globalThis[Symbol.for('sapa.running')]())`
  const answer = (await post(session, 'Runtime.evaluate', { expression })) as {
    result: { value?: string }
  }
  return JSON.parse(answer.result.value ?? 'null') as { plugin: string; entry: string } | null
}

function describe({ functionName, url, location }: Debugger.CallFrame, urls: Map<string, string>) {
  const file = (url || urls.get(location.scriptId)) ?? 'node'
  return `${functionName || '(anonymous)'} (${file}:${location.lineNumber + 1})`
}

function post(session: Session, method: string, params: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, answer) => (error ? reject(error) : resolve(answer)))
  })
}

function late(): Promise<null> {
  return new Promise(resolve => setTimeout(resolve, limitMs, null))
}
