import { PackageRefused } from './refusal.ts'

const mega = 1024 * 1024

/** What a plugin may weigh, unpacked; `zipBytes` as it is uploaded. */
export const limits = { bytes: 100 * mega, files: 2_000, zipBytes: 20 * mega }

/** Counts files and bytes and refuses what is too much. */
export class Weight {
  bytes = 0
  files = 0

  addFile(): void {
    if (++this.files > limits.files) throw new PackageRefused('package_too_many', limits)
  }

  addBytes(count: number): void {
    this.bytes += count
    if (this.bytes > limits.bytes) throw tooLarge(limits.bytes)
  }
}

export const tooLarge = (bytes: number) =>
  new PackageRefused('package_too_large', { megabytes: Math.round(bytes / mega) })
