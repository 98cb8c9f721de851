import { DomainError } from '../../server/errors.ts'
import type { Sapa } from '../../server/sapa.ts'
import type { App } from '../../server/web/app.ts'

/** Routes that fail on purpose, to see what the server makes of it. */
export function failingRoutes(app: App, _sapa: Sapa): void {
  app.get('/test/crash', { config: { isPublic: true } }, () => {
    throw new Error('the reply token is s3cret-in-an-error')
  })
  app.get('/test/owners', { config: { can: 'owner:manage' } }, () => 'only for owners')
  app.post('/test/change', { config: { isPublic: true } }, () => 'changed')
  app.post('/test/foreign', { config: { isPublic: true, isForeign: true } }, request => ({
    agent: request.agent
  }))
  app.get('/test/gone', { config: { isPublic: true } }, () => {
    throw new DomainError('not_found', 404, { what: 'conversation' })
  })
  app.get('/api/test/crash', { config: { isPublic: true } }, () => {
    throw new Error('the reply token is s3cret-in-an-error')
  })
  app.get('/api/test/owners', { config: { can: 'owner:manage' } }, () => ({ fine: true }))
}
