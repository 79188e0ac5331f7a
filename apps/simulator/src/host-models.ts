/** The machines that are simulated, as a rack has them: many of the middle size, some small and some large ones. */

export interface HostModel {
  name: string
  cpuModel: string
  cpus: number
  memoryBytes: number
  /** Of each storage pool on it. */
  diskBytes: number
}

const GIB = 2 ** 30
const TIB = 2 ** 40

const SMALL: HostModel = {
  name: 'small',
  cpuModel: 'Simulated 16-thread CPU',
  cpus: 16,
  memoryBytes: 128 * GIB,
  diskBytes: TIB,
}
const MEDIUM: HostModel = {
  name: 'medium',
  cpuModel: 'Simulated 64-thread CPU',
  cpus: 64,
  memoryBytes: 512 * GIB,
  diskBytes: 4 * TIB,
}
const LARGE: HostModel = {
  name: 'large',
  cpuModel: 'Simulated 128-thread CPU',
  cpus: 128,
  memoryBytes: 1024 * GIB,
  diskBytes: 8 * TIB,
}

/** In turns of ten: two small, six of the middle, two large. */
const RACK = [SMALL, MEDIUM, MEDIUM, LARGE, MEDIUM, SMALL, MEDIUM, MEDIUM, LARGE, MEDIUM]

/** The same for a host each time. */
export const modelOf = (index: number): HostModel => RACK[index % RACK.length] ?? MEDIUM
