/** What the sagas of hosts work with. */
import type { Ending, FencedWriter } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import type { HostRow } from './host.resource.ts'

/** On whose behalf something is done. */
export interface OnBehalf {
  writer: FencedWriter
  context: StepContext
}

/** What other modules keep on a host, and what becomes of it when the host is lost for ever. */
export interface LostHostDuty {
  /** Resources that change with it, to be held meanwhile. */
  affected(host: string): Promise<string[]>
  /** Give up what was there; returns words about it, or none. Stands being repeated. */
  giveUp(host: HostRow, behalf: OnBehalf): Promise<string>
}

export interface HostDeps {
  recovery: {
    recover(host: string): Promise<Ending>
  }
  loss: {
    /** Refuses a host whose agent is here. */
    confirm(host: string): Promise<void>
    giveUp(host: string): Promise<string>
  }
}
