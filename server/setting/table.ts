export interface SettingTable {
  key: string
  value: string
  updated_at: number
}

declare module '../db/schema.ts' {
  interface Tables {
    setting: SettingTable
  }
}
