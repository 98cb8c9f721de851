import { Resolver } from 'node:dns/promises'

/** The questions that suggestions and the connection test ask the name system. Null: no answer at all. */
export interface Lookup {
  mx(domain: string): Promise<string[] | null>
  srv(name: string): Promise<{ host: string; port: number }[] | null>
  txt(name: string): Promise<string[] | null>
}

/** Short-tempered: a form must not wait for a name server that is not there. */
export function dnsLookup(signal: AbortSignal): Lookup {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  signal.addEventListener('abort', () => resolver.cancel(), { once: true })
  return {
    async mx(domain) {
      const found = await answered(resolver.resolveMx(domain))
      const nearest = found?.toSorted((a, b) => a.priority - b.priority)
      return nearest?.map(({ exchange }) => exchange.toLowerCase()) ?? null
    },
    async srv(name) {
      const found = await answered(resolver.resolveSrv(name))
      const usable = found?.filter(entry => entry.name !== '' && entry.name !== '.')
      const nearest = usable?.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
      return nearest?.map(entry => ({ host: entry.name.toLowerCase(), port: entry.port })) ?? null
    },
    async txt(name) {
      const found = await answered(resolver.resolveTxt(name))
      return found?.map(pieces => pieces.join('')) ?? null
    }
  }
}

async function answered<T>(question: Promise<T[]>): Promise<T[] | null> {
  try {
    return await question
  } catch (error) {
    const { code } = error as { code?: string }
    return code === 'ENODATA' || code === 'ENOTFOUND' ? [] : null
  }
}
