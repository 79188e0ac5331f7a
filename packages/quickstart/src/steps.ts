/** Progress of a command of several steps, for people. */

export interface StepError extends Error {
  remedy?: string
}

export interface Steps {
  /** Run a step; says how long it took, or that nothing was to be done. */
  run<T>(title: string, work: (tell: (detail: string) => void) => Promise<T>): Promise<T>
}

/** @param terminal whether a line may be rewritten while its step runs */
export function createSteps(out: { write(text: string): unknown; terminal: boolean }): Steps {
  const width = 44
  return {
    async run(title, work) {
      const began = Date.now()
      const label = `  ${title} `.padEnd(width, '.')
      const show = (detail: string): void => {
        if (out.terminal) out.write(`\r\x1b[K${label} ${detail}`.slice(0, 110))
      }
      show('')
      const end = (result: string): void => {
        out.write(`${out.terminal ? '\r\x1b[K' : ''}${label} ${result}\n`)
      }
      try {
        const result = await work(show)
        end(`${((Date.now() - began) / 1000).toFixed(1)} s`)
        return result
      } catch (error) {
        end('failed')
        throw error
      }
    },
  }
}
