/** What may be used once: a signed request that comes again, on whatever node, is refused. */
import { createBatched, type Store } from '@basalt/kernel'

export interface Nonces {
  /** False when it was used before, or is being used right now. */
  spend(scope: string, value: string): Promise<boolean>
}

/** Rows in one order, so that two nodes never wait for each other. */
const SQL = `insert into nonce (scope, value, expires_at)
  select scope, value, now() + make_interval(secs => $2)
  from jsonb_to_recordset($1::jsonb) as u(scope uuid, value text) order by scope, value
  on conflict (scope, value) do nothing returning scope, value`

/** @param keepSeconds longer than a request can be taken for new */
export function createNonces(store: Store, keepSeconds: number): Nonces {
  const underWay = new Set<string>()
  const spend = createBatched<true>(async (keys) => {
    const rows = keys.map((key) => ({ scope: key.slice(0, 36), value: key.slice(37) }))
    const fresh = await store.database.query<{ scope: string; value: string }>(SQL, [JSON.stringify(rows), keepSeconds])
    return new Map(fresh.map(({ scope, value }) => [`${scope} ${value}`, true]))
  })
  return {
    async spend(scope, value) {
      const key = `${scope} ${value}`
      // Those that are asked for together are asked for once: the second must not share the first one's answer.
      if (underWay.has(key)) return false
      underWay.add(key)
      try {
        return (await spend(key)) ?? false
      } finally {
        underWay.delete(key)
      }
    },
  }
}
