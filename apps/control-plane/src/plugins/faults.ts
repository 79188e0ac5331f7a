/** Plugins that will not do: the start refuses, naming all of them, or goes on without those that are optional. */
import type { Examiner, Log } from '@basalt/kernel'
import type { Fault } from '@basalt/plugin'

/** What keeps one plugin from being used. */
export interface PluginFault {
  /** By its name, or as the configuration names it. */
  plugin: string
  optional: boolean
  faults: readonly Fault[]
}

const sentence = ({ plugin, faults }: PluginFault): string =>
  faults.map(({ fault, remedy }) => `the plugin ${plugin} ${fault}. ${remedy}`).join('\n')

/** A control plane does not start without a plugin that it is told to have. */
export class PluginError extends Error {
  constructor(readonly failed: readonly PluginFault[]) {
    super(
      `${failed.map(sentence).join('\n')}\nTo start without a plugin, take it out of "plugins" in the configuration, or give it "optional": true.`,
    )
    this.name = 'PluginError'
  }
}

export interface Faults {
  /** Keep it in mind, tell the log; the start goes on to find what else is wrong. */
  add(fault: PluginFault): void
  /** @throws PluginError when one failed that is not optional */
  refuse(): void
  /** Tells operators of those that were left out. */
  examiner: Examiner
}

export function createFaults(log: Log): Faults {
  const failed: PluginFault[] = []
  return {
    add(fault) {
      failed.push(fault)
      log.error(fault.optional ? 'a plugin is left out' : 'a plugin will not do', {
        plugin: fault.plugin,
        faults: fault.faults.map(({ fault: what, remedy }) => `${what}. ${remedy}`),
      })
    },
    refuse() {
      const required = failed.filter(({ optional }) => !optional)
      if (required.length > 0) throw new PluginError(required)
    },
    examiner: {
      name: 'plugins',
      examine: async () =>
        failed.flatMap(({ plugin, faults }) =>
          faults.map(({ fault, remedy }) => ({
            severity: 'warning' as const,
            code: 'PLUGIN_LEFT_OUT',
            message: `The plugin ${plugin} ${fault}.`,
            meaning: 'It is optional, so this node runs without it: its kinds, policies and notifiers are not there.',
            remedy,
          })),
        ),
    },
  }
}

/** What was thrown, as a fault. */
export const faultOf = (what: string, error: unknown, remedy: string): Fault => ({
  fault: `${what}: ${error instanceof Error ? error.message : String(error)}`,
  remedy,
})
