import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'

export interface Config {
  port: number
  host: string
  /** Absolute. Everything that must be backed up lies here. */
  dataDir: string
  /** Origin under which browsers reach Sapa, without a slash at the end. */
  publicUrl: string
  /** Whether browsers come by https: then cookies are `Secure`. */
  isHttps: boolean
  /** Addresses and CIDRs of proxies whose `X-Forwarded-…` headers are believed. */
  trustProxy: string[]
  logLevel: LogLevel
  /** Replaces the key file of the data folder. */
  secretKey: string | undefined
  /** Hosts (`host` or `host:port`) that plugins may reach although their addresses are private. */
  privateHosts: string[]
  /** Whether owners may upload plugins as zip files. */
  pluginUpload: boolean
  /** Start without any plugin. */
  isSafe: boolean
  /** Whether a start that ends the process has consequences for plugins. */
  isBootGuarded: boolean
  /** How long the server may stand still before it is ended; 0: for ever. */
  hangMs: number
  /** How long a start must last to count as a good one. */
  healthyMs: number
}

export type LogLevel = (typeof logLevels)[number]

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Carries every problem at once, in words for the person who starts Sapa. */
export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(['Sapa cannot start with this configuration:', ...problems].join('\n  - '))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const problems: string[] = []
  const port = readPort(env.PORT, problems)
  const publicUrl = readPublicUrl(env.PUBLIC_URL, port, problems)
  const isHttps = publicUrl.startsWith('https:')
  const config: Config = {
    port,
    host: env.HOST?.trim() || '127.0.0.1',
    dataDir: resolve(env.DATA_DIR?.trim() || './data'),
    publicUrl,
    isHttps,
    trustProxy: readProxies(env.TRUST_PROXY, isHttps, problems),
    logLevel: readLogLevel(env.LOG_LEVEL, problems),
    secretKey: readSecretKey(env.SAPA_SECRET_KEY, problems),
    privateHosts: (env.ALLOW_PRIVATE_HOSTS ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
    pluginUpload: readSwitch('PLUGIN_UPLOAD', env.PLUGIN_UPLOAD, true, problems),
    isSafe: readSwitch('SAPA_SAFE', env.SAPA_SAFE, false, problems),
    isBootGuarded: readSwitch('SAPA_BOOT_GUARD', env.SAPA_BOOT_GUARD, true, problems),
    hangMs: readMs('SAPA_HANG_MS', env.SAPA_HANG_MS, 10_000, problems),
    healthyMs: readMs('SAPA_HEALTHY_MS', env.SAPA_HEALTHY_MS, 60_000, problems)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function readPort(given: string | undefined, problems: string[]): number {
  const text = given?.trim() || '3000'
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  problems.push(`PORT must be a whole number from 0 to 65535, not "${text}".`)
  return 3000
}

function readPublicUrl(given: string | undefined, port: number, problems: string[]): string {
  const text = given?.trim() || `http://localhost:${port}`
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    problems.push(`PUBLIC_URL must look like https://help.example.com, not "${text}".`)
    return ''
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    problems.push(`PUBLIC_URL must be a bare address without a path, not "${text}".`)
  }
  return url.origin
}

/** Behind https there is a proxy; on the same machine unless TRUST_PROXY says otherwise. */
function readProxies(given: string | undefined, isHttps: boolean, problems: string[]): string[] {
  if (given === undefined) return isHttps ? ['127.0.0.1', '::1'] : []
  const entries = given.split(/[\s,]+/).filter(Boolean)
  for (const entry of entries) {
    if (ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry)) continue
    problems.push(`TRUST_PROXY takes addresses such as 127.0.0.1 or 10.0.0.0/8, not "${entry}".`)
  }
  return entries
}

function readLogLevel(given: string | undefined, problems: string[]): LogLevel {
  const text = given?.trim().toLowerCase() || 'info'
  const level = logLevels.find(known => known === text)
  if (!level) problems.push(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`)
  return level ?? 'info'
}

function readSecretKey(given: string | undefined, problems: string[]): string | undefined {
  const key = given?.trim()
  if (key && key.length < 32) problems.push('SAPA_SECRET_KEY must have at least 32 characters.')
  return key || undefined
}

function readSwitch(
  name: string,
  given: string | undefined,
  usual: boolean,
  problems: string[]
): boolean {
  const text = given?.trim().toLowerCase()
  if (!text) return usual
  if (['1', 'on', 'true', 'yes'].includes(text)) return true
  if (!['0', 'off', 'false', 'no'].includes(text))
    problems.push(`${name} is on or off, not "${text}".`)
  return false
}

function readMs(name: string, given: string | undefined, usual: number, problems: string[]) {
  const text = given?.trim() || String(usual)
  const ms = Number(text)
  if (Number.isInteger(ms) && ms >= 0) return ms
  problems.push(`${name} takes milliseconds as a whole number, not "${text}".`)
  return usual
}
