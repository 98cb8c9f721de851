import type { Text } from './manifest.ts'

/** Data-only description of a form. The host renders, validates and stores it. */
export type SettingsSchema = Record<string, SettingsField>

export interface SettingsField {
  type: 'text' | 'textarea' | 'url' | 'email' | 'secret' | 'number' | 'switch' | 'select' | 'list'
  label: Text
  hint?: Text
  required?: boolean
  default?: string | number | boolean
  /** Regular expression for `text`, `url` and `list` entries. */
  pattern?: string
  min?: number
  max?: number
  options?: { value: string; label: Text }[]
  /** Fields with the same group stand under one heading; `advanced` is folded. */
  group?: Text
  isAdvanced?: boolean
  /** Show the field only while another field has one of these values. */
  when?: { field: string; is: (string | boolean)[] }
  autocomplete?: string
  /**
   * For `secret`: the fields that say where it goes. Left empty, the stored one is kept only while all
   * of these are as they were; else it is asked for again, or forgotten where the field is not shown.
   */
  boundTo?: string[]
  /** For `secret` and `text`: made by Sapa when it is empty at the first save, 32 letters and digits. */
  isGenerated?: boolean
  /** For `secret`: the plugin gets it by a sign-in. Nobody can type it again, so it is forgotten instead. */
  isObtained?: boolean
}

/** Values of a form. Secrets arrive decrypted; a `list` is an array of lines. */
export type SettingsValues = Record<string, string | number | boolean | string[] | undefined>
