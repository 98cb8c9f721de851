import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface Certificate {
  keyFile: string
  certFile: string
}

/** Self-signed for localhost and 127.0.0.1, so that refusing it is the correct default. */
export function makeCertificate(folder: string): Certificate {
  const keyFile = join(folder, 'key.pem')
  const certFile = join(folder, 'cert.pem')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...[
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1'
      ],
      ...['-keyout', keyFile, '-out', certFile]
    ],
    { stdio: 'ignore' }
  )
  return { keyFile, certFile }
}
