/** Where an agent connects next: every node it was told of, in random order, each once before one is tried again. */
export interface NodeUrls {
  next(): string
  /** What a node told of all nodes; replaces what another told before. */
  told(urls: readonly string[]): void
  /** The next is this one, or any but the last. */
  moveTo(url: string | undefined): void
}

const webSocketUrl = (url: string): string => url.replace(/^https:/, 'wss:').replace(/\/$/, '')

/** @param configured tried for ever, whatever nodes tell */
export function createNodeUrls(configured: readonly string[], random: () => number = Math.random): NodeUrls {
  let known = [...configured]
  let round: string[] = []
  let last: string | undefined
  let wanted: string | undefined

  const shuffled = (urls: readonly string[]): string[] =>
    urls
      .map((url) => [random(), url] as const)
      .sort(([a], [b]) => a - b)
      .map(([, url]) => url)

  return {
    next() {
      // The one that just failed, or sent us away, comes last.
      if (round.length === 0)
        round = [...shuffled(known.filter((url) => url !== last)), ...known.filter((url) => url === last)]
      const url = wanted ?? round.shift() ?? ''
      wanted = undefined
      last = url
      return url
    },
    told(urls) {
      const present = new Set(configured.map(webSocketUrl))
      known = [...configured, ...[...new Set(urls.map(webSocketUrl))].filter((url) => !present.has(url))]
      round = []
    },
    moveTo(url) {
      wanted = url && webSocketUrl(url)
      round = []
    },
  }
}
