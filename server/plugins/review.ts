import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { Review } from '../plugin-host/install/review.ts'
import { iconOf } from './icon.ts'
import { permissionWords, scopeWord } from './scope-word.ts'

/** A package in words, before anything of it has run. */
export interface ShownReview {
  upload: string
  title: string
  description: string
  icon: string
  by: string
  permissions: string[]
  facts: { label: string; value: string }[]
  /** Why it cannot be installed. */
  refusal: string | null
  /** What it would be allowed beyond the installed version. */
  added: string[]
  addedScopes: string[]
  removed: string[]
  changelog: string | null
  isUpdate: boolean
  isSame: boolean
}

export function showReview(upload: string, review: Review, words: Translator): ShownReview {
  const { manifest, installed } = review
  const { t, locale } = words
  const added = installed?.scopesAdded ?? []
  return {
    upload,
    title: inLocale(manifest.title, locale),
    description: inLocale(manifest.description, locale),
    icon: iconOf(manifest),
    by: `${t('plugins.version', { version: manifest.version })} · ${manifest.author}`,
    permissions: permissionWords(manifest, words),
    facts: factsOf(review, words),
    refusal: refusalOf(review, words),
    added: added.map(scope => scopeWord(scope, t)),
    addedScopes: added,
    removed: (installed?.scopesRemoved ?? []).map(scope => scopeWord(scope, t)),
    changelog: installed?.changelog ?? null,
    isUpdate: installed !== null,
    isSame: installed?.isSame ?? false
  }
}

function factsOf(review: Review, words: Translator): ShownReview['facts'] {
  const { manifest, installed, hosts, migrations, files, bytes, hash } = review
  const { t } = words
  const list = (texts: string[]) => (texts.length > 0 ? texts.join(', ') : t('plugins.review.none'))
  const size = t('plugins.review.size', { n: files, size: words.bytes(bytes) })
  return [
    { label: t('plugins.review.id'), value: manifest.id },
    ...(installed ? [{ label: t('plugins.review.installed'), value: installed.version }] : []),
    { label: t('plugins.review.files'), value: size },
    {
      label: t('plugins.review.hosts'),
      value: list(hosts.map(host => (host === '*' ? t('plugins.review.any_host') : host)))
    },
    { label: t('plugins.review.provides'), value: list(manifest.provides) },
    { label: t('plugins.review.tables'), value: list(migrations) },
    { label: t('plugins.review.api'), value: manifest.api },
    { label: t('plugins.review.hash'), value: hash }
  ]
}

function refusalOf({ fits, isBundled, manifest }: Review, { t }: Translator): string | null {
  if (isBundled) return t('error.plugin_bundled', { id: manifest.id })
  return fits ? null : t('plugins.review.unfit', { api: manifest.api })
}
