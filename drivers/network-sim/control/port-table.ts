import type { PortSpec } from '@basalt/contracts'

/** What no two ports of a network have in common. */
type Unique = 'tunnelKey' | 'address' | 'mac'
const UNIQUES: readonly Unique[] = ['tunnelKey', 'address', 'mac']

/** Where a value of a network is found; MACs are the same in either case. */
const placeOf = (network: string, unique: Unique, value: string | number): string =>
  `${network} ${unique} ${String(value).toLowerCase()}`

/** Ports by id, and by what is unique in their network: of a hundred thousand one is found as soon as of ten. */
export class PortTable extends Map<string, PortSpec> {
  readonly #holders = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  constructor(ports: Iterable<PortSpec> = []) {
    super()
    for (const spec of ports) this.set(spec.port, spec)
  }

  override set(id: string, spec: PortSpec): this {
    this.#forget(id)
    for (const unique of UNIQUES) this.#holders.set(placeOf(spec.network, unique, spec[unique]), id)
    this.#counts.set(spec.network, this.countIn(spec.network) + 1)
    return super.set(id, spec)
  }

  override delete(id: string): boolean {
    this.#forget(id)
    return super.delete(id)
  }

  override clear(): void {
    this.#holders.clear()
    this.#counts.clear()
    super.clear()
  }

  /** How many ports a network has. */
  countIn(network: string): number {
    return this.#counts.get(network) ?? 0
  }

  /** The first thing that another port of the network has already, and which port that is. */
  twinOf(spec: PortSpec): { port: string; has: Unique } | undefined {
    for (const has of UNIQUES) {
      const port = this.#holders.get(placeOf(spec.network, has, spec[has]))
      if (port !== undefined && port !== spec.port) return { port, has }
    }
    return undefined
  }

  #forget(id: string): void {
    const spec = this.get(id)
    if (!spec) return
    for (const unique of UNIQUES) {
      const place = placeOf(spec.network, unique, spec[unique])
      if (this.#holders.get(place) === id) this.#holders.delete(place)
    }
    const left = this.countIn(spec.network) - 1
    if (left > 0) this.#counts.set(spec.network, left)
    else this.#counts.delete(spec.network)
  }
}
