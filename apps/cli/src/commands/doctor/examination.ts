/** What the doctor looks at. */
import type { Finding } from '@basalt/observe/finding'

/** One part that is looked at. */
export interface Examination {
  /** For people, e.g. `files of the command line`. */
  name: string
  examine(): Promise<Finding[]>
}
