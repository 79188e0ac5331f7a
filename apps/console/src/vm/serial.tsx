import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { useCallback, useEffect, useRef } from 'react'
import type { ConnectionState, ConsoleViewProps } from './console-page.tsx'
import { useConnection } from './use-connection.ts'
import '@xterm/xterm/css/xterm.css'

const theme = { background: '#0b0f10', foreground: '#d7e0e0', cursor: '#2dd4bf' }

/** Joins a terminal and a serial line; returns a function that parts them. */
function join(terminal: Terminal, url: string, onState: (state: ConnectionState) => void): () => void {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  const encoder = new TextEncoder()
  const input = terminal.onData((text) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(encoder.encode(text))
  })
  socket.onopen = () => {
    onState('connected')
    terminal.focus()
  }
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) =>
    terminal.write(typeof data === 'string' ? data : new Uint8Array(data))
  socket.onclose = () => onState('closed')
  return () => {
    input.dispose()
    socket.onclose = null
    socket.close()
  }
}

/** A terminal that fills an element; returns it, and a function that takes it away. */
function fill(element: HTMLElement): { terminal: Terminal; remove(): void } {
  const terminal = new Terminal({ cursorBlink: true, scrollback: 10_000, fontSize: 14, theme, screenReaderMode: true })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.open(element)
  fit.fit()
  const resized = new ResizeObserver(() => fit.fit())
  resized.observe(element)
  return {
    terminal,
    remove() {
      resized.disconnect()
      terminal.dispose()
    },
  }
}

/** The serial line of a guest. */
export function Serial({ ticket, onState, onProblem }: ConsoleViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const screen = useRef<Terminal>(null)
  useEffect(() => {
    if (!place.current) return
    const { terminal, remove } = fill(place.current)
    screen.current = terminal
    return remove
  }, [])
  const open = useCallback((url: string) => (screen.current ? join(screen.current, url, onState) : () => {}), [onState])
  useConnection({ ticket, open, onProblem })
  return <div ref={place} className="serial" />
}
