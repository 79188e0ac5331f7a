/** Where a demonstration cloud keeps its files. */
import { join } from 'node:path'

export interface Places {
  /** Everything below goes with `reset`. */
  root: string
  controlPlaneConfig: string
  controlPlaneData: string
  controlPlaneLog: string
  authorityPem: string
  images: string
  shared: string
  /** Generated secrets: the operator's password, mode 0600. */
  credentials: string
  password: string
  state: string
  simulatedConfig: string
  simulatedLog: string
  simulatedData: string
  labs: string
  /** Survives `reset`: built images, what libvirt found out about QEMU. */
  cache: string
}

/** @param stateDir e.g. `/var/lib/basalt` */
export function placesOf(stateDir: string, name: string): Places {
  const root = join(stateDir, name)
  return {
    root,
    controlPlaneConfig: join(root, 'control-plane.json'),
    controlPlaneData: join(root, 'control-plane'),
    controlPlaneLog: join(root, 'control-plane.log'),
    authorityPem: join(root, 'ca.pem'),
    images: join(root, 'images'),
    shared: join(root, 'shared'),
    credentials: join(root, 'credentials.json'),
    password: join(root, 'operator-password'),
    state: join(root, 'processes.json'),
    simulatedConfig: join(root, 'simulated-hosts.json'),
    simulatedLog: join(root, 'simulated-hosts.log'),
    simulatedData: join(root, 'simulated-hosts'),
    labs: join(stateDir, 'lab'),
    cache: join(stateDir, 'cache'),
  }
}
