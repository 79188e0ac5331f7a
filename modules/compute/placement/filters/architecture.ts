import type { Filter } from '../candidate.ts'

/** The image must be of the hosts' architecture. */
export const architecture: Filter = ({ cluster }, demand) =>
  cluster.architecture === demand.architecture ? null : `have another architecture than ${demand.architecture}`
