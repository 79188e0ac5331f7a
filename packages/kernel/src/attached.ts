/**
 * What one part of the program knows of an object, kept with the object and gone with it. A `WeakMap` says the same, but one with an entry
 * for every request keeps the garbage collector busy, which has to look at each of them.
 */
export interface Attached<K extends object, V> {
  get(to: K): V | undefined
  set(to: K, value: V): void
  /** Takes it away; undefined when there was none. */
  take(to: K): V | undefined
}

/** @param what is kept, for those who look at the object in a debugger */
export function attached<K extends object, V>(what: string): Attached<K, V> {
  // Nobody else has this name, so that it is neither seen nor overwritten.
  const name = Symbol(what)
  type Carrier = K & { [name]?: V }
  return {
    get: (to) => (to as Carrier)[name],
    set(to, value) {
      ;(to as Carrier)[name] = value
    },
    take(to) {
      const value = (to as Carrier)[name]
      if (value !== undefined) (to as Carrier)[name] = undefined
      return value
    },
  }
}
