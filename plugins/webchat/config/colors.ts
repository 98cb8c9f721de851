import { colorsOf } from '../colour.ts'
import type { WidgetSettings } from '../settings.ts'
import type { WidgetConfig } from '../wire.ts'

/** The owner's colours, moved until they can be read. */
export function colorsFor({ brand, brandDark }: WidgetSettings): WidgetConfig['colors'] {
  const { light, dark } = colorsOf(brand)
  return { light, dark: brandDark === '' ? dark : colorsOf(brandDark).dark }
}
