import type { WidgetConfig } from './wire.ts'

/** A colour and the text on it, `#rrggbb`. */
export interface Pair {
  brand: string
  onBrand: string
}

type Rgb = readonly [red: number, green: number, blue: number]

const white = '#ffffff'
const dark = '#111816'

/** Of the panel in the dark scheme: a brand as dark as it would not be seen. */
const darkSurface = '#171e1c'

/** WCAG for text, and for parts that must be seen. */
const textContrast = 4.5
const partContrast = 3

/** The brand in both schemes, moved as little as it takes until text on it can be read. */
export function colorsOf(brand: string): WidgetConfig['colors'] {
  const color = readColor(brand) ?? '#0a6a64'
  return {
    light: pairOf(color, () => true),
    dark: pairOf(color, one => contrast(one, darkSurface) >= partContrast)
  }
}

/** `#rgb` and `#rrggbb` in any case, with or without `#`, as `#rrggbb`; null when it is no colour. */
export function readColor(text: string): string | null {
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())?.[1]?.toLowerCase()
  if (!digits) return null
  return digits.length === 6 ? `#${digits}` : `#${[...digits].map(one => one + one).join('')}`
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** White text where it can be read, else dark; of equal steps the darker colour. */
function pairOf(color: string, isSeen: (color: string) => boolean): Pair {
  for (let step = 0; step <= 100; step++) {
    for (const toward of [dark, white]) {
      const brand = mix(color, toward, step / 100)
      const onBrand = textOn(brand)
      if (onBrand && isSeen(brand)) return { brand, onBrand }
    }
  }
  return { brand: white, onBrand: dark }
}

function textOn(brand: string): string | null {
  return [white, dark].find(text => contrast(brand, text) >= textContrast) ?? null
}

function mix(from: string, to: string, share: number): string {
  const target = rgb(to)
  const parts = rgb(from).map((part, at) => Math.round(part + ((target[at] ?? 0) - part) * share))
  return `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`
}

function luminance(color: string): number {
  const [red, green, blue] = rgb(color).map(linear)
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function linear(part: number): number {
  const share = part / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function rgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
