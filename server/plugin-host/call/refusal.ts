import { DomainError } from '../../errors.ts'
import { Resting, TooSlow } from './call.ts'

/**
 * Waits for a plugin's answer on behalf of somebody who asked for it. What went wrong stands in the
 * plugin's log; who asked is told that the plugin failed, is too slow, or rests.
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw refusalOf(error)
  }
}

/** The same for pages, where a fault is an error of the page with its code. */
export async function rested<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw error instanceof Resting ? refusalOf(error) : error
  }
}

function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  if (error instanceof Resting) return new DomainError('plugin_resting', 503)
  if (error instanceof TooSlow) return new DomainError('too_slow', 503)
  return new DomainError('plugin_failed', 502)
}
