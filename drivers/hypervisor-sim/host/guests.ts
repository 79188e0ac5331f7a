import type { DomainTable, GuestBehaviour } from './domains.ts'

/** What simulated guests do by themselves. */
export interface SimulatedGuests {
  /** The guest powers itself off; the host reports it. */
  powerOff(vm: string): void
  /** The guest's QEMU dies; the host reports it. */
  crash(vm: string): void
  /** The guest prints on its serial console. */
  print(vm: string, text: string): void
  /** How the guest behaves from now on; it may be one that does not exist yet. */
  behave(vm: string, behaviour: Partial<GuestBehaviour>): void
}

/** Strings to pull in the guests of a host; each refuses an unknown guest with `DOMAIN_NOT_FOUND`. */
export function createSimulatedGuests(domains: DomainTable): SimulatedGuests {
  function end(vm: string, state: 'stopped' | 'crashed', reason: string): void {
    const domain = domains.require(vm)
    if (domain.state !== 'running') return
    domains.halt(domain, state)
    domains.announce(domain, reason)
  }
  return {
    powerOff: (vm) => end(vm, 'stopped', 'The guest powered itself off.'),
    crash: (vm) => end(vm, 'crashed', 'The process of the guest died.'),
    print: (vm, text) => domains.require(vm).serial.print(text),
    behave: (vm, behaviour) => domains.behave(vm, behaviour),
  }
}
