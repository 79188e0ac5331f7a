/**
 * Every code that an error of a driver may carry, by interface. A driver's error class takes its codes from here, and whoever treats one
 * specially compares with these. What a caller gave up is no error of the driver: it rejects with the reason of the caller's signal.
 */

/**
 * - `DOMAIN_START_FAILED`: the guest did not start, or its start was called off; nothing of it is left
 * - `DOMAIN_NOT_FOUND`: the host has no such guest
 * - `DOMAIN_NOT_RUNNING`: it has, but the guest must run for this
 * - `GUEST_DID_NOT_STOP`: the guest still runs after the time it was given
 * - `GUEST_AGENT_UNAVAILABLE`: no agent answers in the guest
 * - `HYPERVISOR_UNAVAILABLE`: the hypervisor does not answer; whether the call had its effect is unknown
 * - `HYPERVISOR_REFUSED`: the hypervisor answered, with an error of its own
 * - `INVALID_PARAMETERS`: a value is not what the interface says, e.g. an id that is none; nothing was done
 */
export type HypervisorErrorCode =
  | 'DOMAIN_START_FAILED'
  | 'DOMAIN_NOT_FOUND'
  | 'DOMAIN_NOT_RUNNING'
  | 'GUEST_DID_NOT_STOP'
  | 'GUEST_AGENT_UNAVAILABLE'
  | 'HYPERVISOR_UNAVAILABLE'
  | 'HYPERVISOR_REFUSED'
  | 'INVALID_PARAMETERS'

/**
 * - `POOL_NOT_MOUNTED`: the storage that holds the pool is not there
 * - `POOL_UNUSABLE`: it is there, but holds another pool, is damaged, or its file system fails
 * - `NO_SPACE`: the pool is full (details: `availableBytes`)
 * - `LAYER_NOT_FOUND`: no such layer, or an id that can be none
 * - `LAYER_IN_USE`: others stand on the layer, a guest has it open, or the id is taken by a different layer
 * - `IMAGE_CHECKSUM_MISMATCH`: the image is not the one that was asked for
 * - `IMAGE_INVALID`: no stand-alone disk image, or a size that no layer can have
 * - `IMAGE_UNREACHABLE`: the source did not deliver; what came stays for the next attempt
 */
export type PrimaryStorageErrorCode =
  | 'POOL_NOT_MOUNTED'
  | 'POOL_UNUSABLE'
  | 'NO_SPACE'
  | 'LAYER_NOT_FOUND'
  | 'LAYER_IN_USE'
  | 'IMAGE_CHECKSUM_MISMATCH'
  | 'IMAGE_INVALID'
  | 'IMAGE_UNREACHABLE'

/**
 * - `STALE_EPOCH`: the node's lease has passed on, or was never taken; nothing was changed
 * - `NETWORK_NOT_FOUND`: a port needs a network that is not there
 * - `NETWORK_IN_USE`: the network has ports
 * - `NETWORK_CONFLICT`: a name, key or address is taken by something else, perhaps not of ours
 * - `NETWORK_SPEC_INVALID`: the backend cannot be told such a value, e.g. an address that is none
 * - `NETWORK_BACKEND_UNAVAILABLE`: the backend does not answer; whether the change had its effect is unknown
 * - `PORT_NOT_UP`: the port was not up in time
 */
export type NetworkErrorCode =
  | 'STALE_EPOCH'
  | 'NETWORK_NOT_FOUND'
  | 'NETWORK_IN_USE'
  | 'NETWORK_CONFLICT'
  | 'NETWORK_SPEC_INVALID'
  | 'NETWORK_BACKEND_UNAVAILABLE'
  | 'PORT_NOT_UP'
