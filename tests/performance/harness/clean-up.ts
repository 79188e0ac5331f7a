/** What lives outside the process group of a bench, such as a lab, and is taken down even when the bench is ended. */

const pending = new Set<() => Promise<unknown>>()

/** Does the work, then cleans up, whatever happened; also when the bench is asked to end meanwhile. */
export async function withCleanUp<T>(cleanUp: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  pending.add(cleanUp)
  try {
    return await work()
  } finally {
    pending.delete(cleanUp)
    await cleanUp()
  }
}

export async function cleanUpAll(): Promise<void> {
  await Promise.allSettled([...pending].map((cleanUp) => cleanUp()))
}
