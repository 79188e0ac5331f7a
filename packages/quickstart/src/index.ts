/** A cloud on one machine, for a newcomer's first hour and for system tests. */

export { isRunning } from './background.ts'
export { QUICKSTART_COMMANDS, runQuickstart, type Terminal, USAGE as QUICKSTART_USAGE } from './commands.ts'
export { OPERATOR } from './control-plane.ts'
export {
  awaitGuestAddress,
  type Demo,
  type DemoOptions,
  type DemoStatus,
  demoStatus,
  firstVm,
  openDemo,
  rememberedOptions,
  resetDemo,
  startDemo,
  stopDemo,
} from './demo.ts'
export { ensure, type FirstVm } from './furnish.ts'
export { LOCAL_POOL_PATH, startAgent } from './lab-hosts.ts'
export { type Places, placesOf } from './places.ts'
export { createSteps, type Steps } from './steps.ts'
export { waitUntil } from './wait.ts'
