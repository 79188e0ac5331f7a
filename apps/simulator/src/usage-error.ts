/** A mistake in how the program was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly remedy = 'Call "simulator --help" to see how.'
}
