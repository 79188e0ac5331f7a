/** Every kind of the platform. The database, the API, the SDK, the CLI and the console derive from these. */
import { computeResources } from '@basalt/compute'
import { identityResources } from '@basalt/identity'
import { imageResources } from '@basalt/image'
import { infrastructureResources } from '@basalt/infrastructure'
import { finding, reconciler, task } from '@basalt/kernel'
import { networkResources } from '@basalt/network'
import type { Resource } from '@basalt/resource'
import { storageResources } from '@basalt/storage'

export const allResources: readonly Resource[] = [
  task,
  reconciler,
  finding,
  ...identityResources,
  ...infrastructureResources,
  ...storageResources,
  ...imageResources,
  ...networkResources,
  ...computeResources,
]
