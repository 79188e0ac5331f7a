import { useEffect } from 'react'

interface Options {
  /** Asks for the address of a WebSocket; each is good for one connection. */
  ticket(): Promise<string>
  /** Connects; returns a function that ends the connection. */
  open(url: string): () => void
  onProblem(error: unknown): void
}

/** Connects with a ticket of its own each time, and disconnects when the view goes. All functions have to be stable. */
export function useConnection({ ticket, open, onProblem }: Options): void {
  useEffect(() => {
    let gone = false
    let close: (() => void) | undefined
    ticket().then(
      (url) => {
        if (!gone) close = open(url)
      },
      (error: unknown) => {
        if (!gone) onProblem(error)
      },
    )
    return () => {
      gone = true
      close?.()
    }
  }, [ticket, open, onProblem])
}
