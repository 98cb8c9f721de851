import { execFileSync } from 'node:child_process'
import type { Certificate } from './certificate.ts'

export interface DovecotLayout {
  folder: string
  port: number
  tlsPort: number
  certificate: Certificate | undefined
  special: boolean
  password: string
}

export const isRoot = process.getuid?.() === 0

/** Any user logs in with the one password and owns a Maildir; everything lives in one folder. */
export function dovecotConfig(layout: DovecotLayout): string {
  const { folder, port, special } = layout
  const { user, group } = mailOwner()
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
${tls(layout)}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%u
first_valid_uid = 0
mail_uid = ${user}
mail_gid = ${group}
${isRoot ? 'default_login_user = dovenull\ndefault_internal_user = dovecot' : unprivileged(user, group)}
passdb {
  driver = static
  args = password=${layout.password}
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
${special ? specialFolders() : ''}
}
service imap-login {
  ${isRoot ? '' : 'chroot ='}
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${layout.certificate ? layout.tlsPort : 0}
    ssl = ${layout.certificate ? 'yes' : 'no'}
  }
}
`
}

/** Mail must not belong to root: dovecot refuses uid 0 for mail access. It wants names, not ids. */
export function mailOwner(): { user: string; group: string } {
  if (isRoot) return { user: 'nobody', group: 'nogroup' }
  const name = (what: string) => execFileSync('id', [what], { encoding: 'utf8' }).trim()
  return { user: name('-un'), group: name('-gn') }
}

function tls({ certificate }: DovecotLayout): string {
  if (!certificate) return 'ssl = no'
  return `ssl = yes\nssl_cert = <${certificate.certFile}\nssl_key = <${certificate.keyFile}`
}

function unprivileged(user: string, group: string): string {
  return `default_login_user = ${user}
default_internal_user = ${user}
default_internal_group = ${group}
service anvil {
  chroot =
}`
}

function specialFolders(): string {
  return ['Sent', 'Drafts', 'Junk', 'Trash', 'Archive']
    .map(name => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`)
    .join('\n')
}
