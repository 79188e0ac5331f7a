/** Processes of a lab, to be stopped in their tracks or ended the hard way. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '@basalt/lab'

interface LabNotes {
  nodes: Record<string, { processes: Record<string, { pid: number }> }>
}

/** A daemon or service of a node of the lab: `host1`'s `libvirtd`, `central`'s `ovnnb_db`. */
export interface LabProcess {
  node: string
  name: string
}

/** The lab's own notes tell the process id; nothing is looked for by name. */
function pidOf(lab: Lab, { node, name }: LabProcess): number {
  const notes: LabNotes = JSON.parse(readFileSync(join(lab.directory, 'state.json'), 'utf8'))
  const pid = notes.nodes[node]?.processes[name]?.pid
  if (!pid) throw new Error(`the lab has no process ${name} on ${node}`)
  return pid
}

/** It is there and does nothing. */
export const freeze = (lab: Lab, process_: LabProcess): true => process.kill(pidOf(lab, process_), 'SIGSTOP')

export const thaw = (lab: Lab, process_: LabProcess): true => process.kill(pidOf(lab, process_), 'SIGCONT')

/** As kill -9 does; also when it is frozen. */
export const kill = (lab: Lab, process_: LabProcess): true => process.kill(pidOf(lab, process_), 'SIGKILL')
