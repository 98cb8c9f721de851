/** Content-addressed files below DATA_DIR/blobs; the row is written after the file is on disk. */
export interface BlobTable {
  hash: string
  size: number
  created_at: number
}

declare module '../db/schema.ts' {
  interface Tables {
    blob: BlobTable
  }
}
