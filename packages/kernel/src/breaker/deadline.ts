/** A last deadline around calls that should have one of their own. */

/**
 * What `work` gives, or `error()` after `timeoutMs`. The work may go on: its effects must be fenced.
 * @param error made only when it is needed
 */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, error: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
