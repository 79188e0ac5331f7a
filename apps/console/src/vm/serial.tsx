import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { useEffect, useRef } from 'react'
import type { ConnectionState, ConsoleViewProps } from './console-page.tsx'
import '@xterm/xterm/css/xterm.css'

const theme = { background: '#0b0f10', foreground: '#d7e0e0', cursor: '#2dd4bf' }

/** Joins a terminal and a serial line; returns a function that parts them. */
function connect(terminal: Terminal, url: string, onState: (state: ConnectionState) => void): () => void {
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

/** The serial line of a guest. */
export function Serial({ url, onState }: ConsoleViewProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!place.current) return
    const terminal = new Terminal({
      cursorBlink: true,
      scrollback: 10_000,
      fontSize: 14,
      theme,
      screenReaderMode: true,
    })
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    terminal.open(place.current)
    fit.fit()
    const resized = new ResizeObserver(() => fit.fit())
    resized.observe(place.current)
    const part = connect(terminal, url, onState)
    return () => {
      part()
      resized.disconnect()
      terminal.dispose()
    }
  }, [url, onState])
  return <div ref={place} className="serial" />
}
