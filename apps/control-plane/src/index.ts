/** The control plane as a library: for its own main and for test environments. */
export { createAgentCalls } from './agent-calls.ts'
export { type CloudOptions, composeCloud } from './cloud.ts'
export { type ControlPlaneConfig, parseConfig, readConfig } from './config.ts'
export { type ControlPlane, type Overrides, startControlPlane } from './control-plane.ts'
export { isolatedDriver } from './driver-thread/isolated-driver.ts'
export { createLog } from './log.ts'
export { NETWORK_METHODS } from './network-drivers.ts'
export { allResources } from './resources.ts'
