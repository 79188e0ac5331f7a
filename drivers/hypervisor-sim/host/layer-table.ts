import type { SimulatedLayer } from './pools.ts'

/** Layers by id, what they take together, and what stands on which: of a hundred thousand that is known as soon as of ten. */
export class LayerTable extends Map<string, SimulatedLayer> {
  readonly #children = new Map<string, Set<string>>()
  #allocatedBytes = 0

  constructor(layers: Iterable<SimulatedLayer> = []) {
    super()
    for (const layer of layers) this.set(layer.layer, layer)
  }

  /** Of all together. */
  get allocatedBytes(): number {
    return this.#allocatedBytes
  }

  override set(id: string, layer: SimulatedLayer): this {
    this.#forget(id)
    this.#allocatedBytes += layer.allocatedBytes
    if (layer.parent !== null) {
      const children = this.#children.get(layer.parent) ?? new Set()
      this.#children.set(layer.parent, children.add(id))
    }
    return super.set(id, layer)
  }

  override delete(id: string): boolean {
    this.#forget(id)
    return super.delete(id)
  }

  override clear(): void {
    this.#children.clear()
    this.#allocatedBytes = 0
    super.clear()
  }

  /** One of those that stand on the layer. */
  childOf(layer: string): string | undefined {
    const [child] = this.#children.get(layer) ?? []
    return child
  }

  #forget(id: string): void {
    const layer = this.get(id)
    if (!layer) return
    this.#allocatedBytes -= layer.allocatedBytes
    if (layer.parent === null) return
    const children = this.#children.get(layer.parent)
    children?.delete(id)
    if (children?.size === 0) this.#children.delete(layer.parent)
  }
}
