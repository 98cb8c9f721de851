import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely'
import type { Db } from './schema.ts'

/**
 * A statement of the busiest paths that Kysely puts together only once: building and compiling costs
 * several times what SQLite needs to run it. `value('id')` stands where `values.id` goes at each run;
 * whatever else the statement holds, it holds for ever. Called twice, so that rows keep their type:
 * `const findById = prepared<{ id: number }>()((db, value) => …)`.
 */
export function prepared<Values extends object = object>() {
  return <Row>(build: (db: Db, value: Place<Values>) => Compilable<Row>) => {
    let compiled: CompiledQuery<Row> | undefined
    return async (db: Db, values: Values): Promise<Row[]> => {
      // Kysely takes any object for a parameter and hands it through.
      compiled ??= build(db, key => new Gap(key) as never).compile()
      const parameters = compiled.parameters.map(parameter =>
        parameter instanceof Gap ? values[parameter.key as keyof Values] : parameter
      )
      return (await db.executeQuery<Row>({ ...compiled, parameters })).rows
    }
  }
}

/** For `in`: a list in one parameter, so that its length does not change the statement. */
export function inJson<Item extends string | number>(list: string): RawBuilder<Item> {
  return sql<Item>`(select value from json_each(${list}))`
}

type Place<Values> = <Key extends keyof Values>(key: Key) => Values[Key]

class Gap {
  readonly key: PropertyKey

  constructor(key: PropertyKey) {
    this.key = key
  }
}
