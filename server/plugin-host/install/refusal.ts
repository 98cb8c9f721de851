import { DomainError } from '../../errors.ts'

/** A package that cannot be installed as it is. `code` is a key of the words, `error.<code>`. */
export class PackageRefused extends DomainError {
  constructor(code: RefusalCode, values: Record<string, string | number> = {}) {
    super(code, 422, values)
    this.name = 'PackageRefused'
  }
}

type RefusalCode =
  | 'package_broken'
  | 'package_changing'
  | 'package_code'
  | 'package_duplicate'
  | 'package_link'
  | 'package_manifest'
  | 'package_missing'
  | 'package_native'
  | 'package_path'
  | 'package_syntax'
  | 'package_too_large'
  | 'package_too_many'
