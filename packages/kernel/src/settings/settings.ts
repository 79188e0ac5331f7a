/** The values of settings as this node has them. */
import type { Setting } from '@basalt/resource'

/** A resource that may have a value of its own. */
export interface SettingScope {
  kind: string
  id: string
}

export interface Settings {
  /**
   * The value that counts now; never waits.
   * @param scopes what may override it, the nearest first, e.g. the VM, then its cluster
   */
  get<T>(setting: Setting<T>, ...scopes: SettingScope[]): T
}

/** Every setting at its default. */
export const defaultSettings = (): Settings => ({ get: (setting) => setting.default })
