import { join } from 'node:path'

/** Where plugins come in: a folder or a single file each. */
export const dropZone = (dataDir: string) => join(dataDir, 'plugins')

/** What runs: a copy of each version, in a folder of its own. */
export const versionsFolder = (dataDir: string, id = '') => join(dropZone(dataDir), '.versions', id)

/** Copies that are being made. */
export const stagingFolder = (dataDir: string) => join(dropZone(dataDir), '.staging')

/** Uploads that nobody has accepted yet. */
export const uploadsFolder = (dataDir: string) => join(dropZone(dataDir), '.uploads')
