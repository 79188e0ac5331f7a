/** Rows that every installation has, under the same ids, so that several nodes that start at once make them once. */
import { PLATFORM } from '@basalt/kernel'

/** The account of those who run the cloud. */
export const PLATFORM_ACCOUNT = PLATFORM.account

/** The one row that says whether duties are separated. */
export const SEPARATION = '00000000-0000-4000-8000-000000000002'

export const ROOT_DOMAIN = '00000000-0000-4000-8000-000000000001'
