import type { PluginRoute } from 'sapa/plugin-api'
import type { RemoteTools } from '../tools.ts'
import { acknowledge } from './acknowledge.ts'
import { apiRoute } from './answer.ts'
import { ingest } from './ingest.ts'
import { showFile } from './media.ts'
import { offer } from './offer.ts'
import { describe, hearState } from './state.ts'
import { takeUpload } from './take-upload.ts'

const megabyte = 1024 * 1024

/** Everything that a program may ask; README.md is its description. */
export const apiRoutes = (tools: RemoteTools): PluginRoute[] => [
  apiRoute(tools, 'POST', '/ingest', ingest(tools), { bodyLimit: 12 * megabyte }),
  apiRoute(tools, 'PUT', '/uploads/:id', takeUpload(tools), { bodyLimit: 20 * megabyte }),
  apiRoute(tools, 'GET', '/outbox', offer(tools), { timeoutMs: 40_000 }),
  apiRoute(tools, 'POST', '/ack', acknowledge(tools)),
  apiRoute(tools, 'GET', '/media/:clientRef/:index', showFile()),
  apiRoute(tools, 'GET', '/health', describe()),
  apiRoute(tools, 'PUT', '/state', hearState(tools))
]
