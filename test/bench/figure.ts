/** One line of the table. */
export interface Figure {
  what: string
  unit: string
  sapa: number
  /** The same thing by the bare stack, in the same run. */
  bare?: number
  /** Shown when there is nothing to compare with, or beside it. */
  note?: string
  budget?: Budget
}

/** `ratio` is Sapa to bare; `value` is Sapa's figure itself. */
export interface Budget {
  of: 'ratio' | 'value'
  atMost?: number
  atLeast?: number
}

export interface Judged extends Figure {
  ratio: number | null
  isMissed: boolean
}

export function judge(figure: Figure): Judged {
  const ratio = figure.bare === undefined ? null : figure.sapa / figure.bare
  const { budget } = figure
  const judged = budget?.of === 'value' ? figure.sapa : ratio
  const isMissed =
    budget !== undefined &&
    judged !== null &&
    (judged > (budget.atMost ?? Infinity) || judged < (budget.atLeast ?? 0))
  return { ...figure, ratio, isMissed }
}

export function printHead(): void {
  console.log(line(['', 'sapa', 'bare', 'ratio', 'budget', '']))
}

export function printFigure(figure: Judged): void {
  const { sapa, bare, ratio, budget, unit, note = '' } = figure
  const mark = figure.isMissed ? 'MISSED' : budget ? 'ok' : ''
  const cells = [
    figure.what,
    `${short(sapa)} ${unit}`,
    bare === undefined ? '' : short(bare),
    ratio === null ? '' : `${ratio.toFixed(2)}×`,
    budget ? wordsOf(budget, unit) : '',
    [mark, note].filter(Boolean).join('  ')
  ]
  console.log(line(cells))
}

const widths = [50, 13, 9, 8, 13]

const line = (cells: string[]) =>
  cells
    .map((cell, index) => {
      const width = widths[index] ?? 0
      return index === 0 || index === 5 ? cell.padEnd(width) : cell.padStart(width)
    })
    .join('  ')
    .trimEnd()

function wordsOf({ of, atMost, atLeast }: Budget, unit: string): string {
  const sign = atMost === undefined ? '≥' : '≤'
  return `${sign} ${atMost ?? atLeast}${of === 'ratio' ? '×' : ` ${unit}`}`
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
