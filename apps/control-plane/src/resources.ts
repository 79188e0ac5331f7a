import { computeResources } from '@basalt/compute'
import { identityResources } from '@basalt/identity'
import { imageResources } from '@basalt/image'
import { infrastructureResources } from '@basalt/infrastructure'
import { kernelResources, masterKey, quotaKinds } from '@basalt/kernel'
import { networkResources } from '@basalt/network'
import { notificationResources } from '@basalt/notification'
import type { Resource } from '@basalt/resource'
import { storageResources } from '@basalt/storage'

const products: readonly Resource[] = [
  ...kernelResources,
  ...identityResources,
  ...infrastructureResources,
  ...storageResources,
  ...imageResources,
  ...networkResources,
  ...computeResources,
  ...notificationResources,
]

/** The kinds of quotas, for what the others count. */
export const quotas = quotaKinds(products)

/** Every kind of the platform. The database, the API, the SDK, the CLI and the console derive from these. */
export const allResources: readonly Resource[] = [...products, quotas.quotaLimit, quotas.quota, masterKey]
