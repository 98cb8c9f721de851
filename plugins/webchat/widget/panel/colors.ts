import type { PanelState } from '../../wire.ts'

/** Set by script: the content policy forbids style attributes, not this. */
export function paint({ colors: { light, dark }, scheme }: PanelState): void {
  const root = document.documentElement
  root.style.setProperty('--brand', `light-dark(${light.brand}, ${dark.brand})`)
  root.style.setProperty('--on-brand', `light-dark(${light.onBrand}, ${dark.onBrand})`)
  root.dataset['scheme'] = scheme
}
