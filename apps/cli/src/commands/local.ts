/** Commands that work on this machine, not through the API. Each parses its own arguments. */
import type { Profiles } from '../config/profiles.ts'
import type { Terminal } from '../terminal.ts'

export interface LocalContext {
  terminal: Terminal
  /** To save a profile for the commands that follow. */
  profiles: Profiles
}

export interface LocalCommand {
  /** The word after `basalt`. */
  name: string
  /** One line for `basalt --help`. */
  summary: string
  /**
   * Load what it needs with `import()` here, so that other commands start fast.
   * @param argv the words after the name
   * @returns the exit code
   */
  run(argv: string[], context: LocalContext): Promise<number>
}

const lab: LocalCommand = {
  name: 'lab',
  summary: 'Bring up several hosts on this machine, to try a cloud on.',
  run: async (argv) => (await import('@basalt/lab')).runLabCommand(argv),
}

const doctor: LocalCommand = {
  name: 'doctor',
  summary: 'Say what is wrong, here and in the cloud, and how to mend it.',
  run: async (argv, context) => (await import('./doctor/index.ts')).doctor(argv, context),
}

/** All of them; `up` and its like first. */
export async function localCommands(): Promise<LocalCommand[]> {
  const { quickstartCommands } = await import('./up/index.ts')
  return [...quickstartCommands, lab, doctor]
}
