import RFB from '@novnc/novnc'
import { useCallback, useImperativeHandle, useRef } from 'react'
import type { ConnectionState, ConsoleViewProps } from './console-page.tsx'
import { useConnection } from './use-connection.ts'

function connect(element: HTMLElement, url: string, onState: (state: ConnectionState) => void): RFB {
  const client = new RFB(element, url)
  client.scaleViewport = true
  client.focusOnClick = true
  client.background = '#0b0f10'
  client.addEventListener('connect', () => {
    onState('connected')
    client.focus()
  })
  client.addEventListener('disconnect', () => onState('closed'))
  return client
}

/** The screen of a guest, by RFB (RFC 6143) over a WebSocket. */
export function Screen({ ticket, onState, onProblem, ref }: ConsoleViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const rfb = useRef<RFB>(null)
  useImperativeHandle(ref, () => ({ sendCtrlAltDel: () => rfb.current?.sendCtrlAltDel() }), [])
  const open = useCallback(
    (url: string) => {
      if (!place.current) return () => {}
      const client = connect(place.current, url, onState)
      rfb.current = client
      return () => client.disconnect()
    },
    [onState],
  )
  useConnection({ ticket, open, onProblem })
  return <div ref={place} className="screen" />
}
