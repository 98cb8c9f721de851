import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { readKey } from './key.ts'

/** Seals what must not be readable in the database, and hashes what need never be read again. */
export interface SecretBox {
  /** Encrypts with AES-256-GCM; the same text gives another result each time. */
  seal(text: string): string
  /** Throws when the text was sealed by another key or was changed. */
  open(sealed: string): string
  /** SHA-256 in hex, for random tokens. Passwords are argon2's business. */
  hash(token: string): string
  /** A 32-byte key of its own for one purpose, such as `session`. */
  derive(label: string): Buffer
}

/** Opens the box with `key` (SAPA_SECRET_KEY) or with the key file of the data folder. */
export function openSecretBox(dataDir: string, key?: string): SecretBox {
  return boxOf(readKey(dataDir, key))
}

function boxOf(master: Buffer): SecretBox {
  const derive = (label: string) => Buffer.from(hkdfSync('sha256', master, '', `sapa:${label}`, 32))
  const sealing = derive('seal')
  return { seal: text => seal(sealing, text), open: text => open(sealing, text), hash, derive }
}

const version = 'v1'

function seal(key: Buffer, text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return [version, iv.toString('base64url'), body.toString('base64url')].join('.')
}

function open(key: Buffer, sealed: string): string {
  const [prefix, iv, body] = sealed.split('.')
  if (prefix !== version || !iv || !body) throw new Error('This is not a sealed value')
  const bytes = Buffer.from(body, 'base64url')
  if (bytes.length < 16) throw new Error('This is not a sealed value')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
    authTagLength: 16
  })
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8')
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
