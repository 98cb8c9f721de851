import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { pluginListRoutes } from './list-routes.ts'
import { pluginLogRoutes } from './log-routes.ts'
import { safeModeRoutes } from './safe-mode-routes.ts'
import { pluginRemovalRoutes } from './removal-routes.ts'
import { pluginSettingsRoutes } from './settings-routes.ts'
import { pluginUploadRoutes } from './upload-routes.ts'
import { pluginVersionRoutes } from './version-routes.ts'

/** The rooms where an owner switches plugins on and off, sets them up and sees how they are. */
export function pluginRoomRoutes(app: App, sapa: Sapa): void {
  pluginListRoutes(app, sapa)
  pluginUploadRoutes(app, sapa)
  pluginVersionRoutes(app, sapa)
  pluginRemovalRoutes(app, sapa)
  pluginSettingsRoutes(app, sapa)
  pluginLogRoutes(app, sapa)
  safeModeRoutes(app, sapa)
}
