/** Whether a value has the shape that it should have; what a plugin hands over may be anything. */
export type Is = (value: unknown) => boolean

export const isText: Is = value => typeof value === 'string'
export const isFilled: Is = value => typeof value === 'string' && value !== ''
export const isFlag: Is = value => typeof value === 'boolean'
export const isNumber: Is = value => typeof value === 'number' && Number.isFinite(value)

/** A field that may be missing. */
export const maybe =
  (is: Is): Is =>
  value =>
    value === undefined || is(value)

export const oneOf =
  (...values: string[]): Is =>
  value =>
    typeof value === 'string' && values.includes(value)

export const listOf =
  (is: Is): Is =>
  value =>
    Array.isArray(value) && value.every(is)

/** Fields that are not named may be there, too. */
export const like =
  (shape: Record<string, Is>): Is =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([name, is]) => is((value as Record<string, unknown>)[name]))

export const between =
  (least: number, most: number): Is =>
  value =>
    isNumber(value) && Number(value) >= least && Number(value) <= most
