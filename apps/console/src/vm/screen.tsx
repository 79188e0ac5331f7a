import RFB from '@novnc/novnc'
import { useEffect, useImperativeHandle, useRef } from 'react'
import type { ConsoleViewProps } from './console-page.tsx'

/** The screen of a guest, by RFB (RFC 6143) over a WebSocket. */
export function Screen({ url, onState, ref }: ConsoleViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const rfb = useRef<RFB>(null)
  useImperativeHandle(ref, () => ({ sendCtrlAltDel: () => rfb.current?.sendCtrlAltDel() }), [])
  useEffect(() => {
    if (!place.current) return
    const client = new RFB(place.current, url)
    client.scaleViewport = true
    client.focusOnClick = true
    client.addEventListener('connect', () => {
      onState('connected')
      client.focus()
    })
    client.addEventListener('disconnect', () => onState('closed'))
    rfb.current = client
    return () => client.disconnect()
  }, [url, onState])
  return <div ref={place} className="screen" />
}
