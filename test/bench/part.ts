import type { Figure } from './figure.ts'
import type { Size } from './size.ts'

export interface Options {
  size: Size
  /** Length of one measurement. */
  seconds: number
  rounds: number
}

/** A group of figures that can be measured alone: `--only=name`. */
export interface Part {
  name: string
  /** Tells each figure as soon as it is known. */
  measure(options: Options, tell: (figure: Figure) => void): Promise<void>
}
