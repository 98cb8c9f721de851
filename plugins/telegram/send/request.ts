import type { FormBody } from '../api/call.ts'

export interface Request {
  method: string
  body: object | FormBody
}
