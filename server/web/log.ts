import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import type { Config } from '../config.ts'
import type { App } from './app.ts'

/** Secrets, cookies and texts have no place in logs: whole families of keys are cut out. */
const redacted = [
  'password',
  'token',
  'secret',
  'secrets',
  'authorization',
  'cookie',
  'text',
  'html',
  'body',
  'headers'
]

export function createLogger(config: Pick<Config, 'logLevel'>, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: null,
    redact: { paths: redacted.flatMap(key => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' }
  }
  return to ? pino(options, to) : pino(options)
}

/** Requests are told by their route, never by their URL: that may carry a token. */
export function requestLogger(log: Logger): Logger {
  return log.child({}, { serializers: { req: () => undefined, res: () => undefined } })
}

export function logRequests(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const facts = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      agent: request.agent?.id
    }
    request.log.debug(facts, 'request')
  })
}
