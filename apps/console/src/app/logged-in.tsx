/** Everything behind the login: knows the kinds and follows the events. */
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { KindsProvider, useKindsQuery, useServices } from '../data/context.tsx'
import type { Live } from '../data/live.ts'
import { Clock } from '../format/ago.tsx'
import { Failed, Loading } from './messages.tsx'

const HIDDEN_MS = 60_000

/** Follows the events, but not for long in a hidden tab: browsers allow only a few connections to a server. */
function followWhileSeen(live: Live): () => void {
  let stop: (() => void) | undefined = live.start()
  let timer: ReturnType<typeof setTimeout> | undefined
  const pause = (): void => {
    stop?.()
    stop = undefined
  }
  const onChange = (): void => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(pause, HIDDEN_MS)
    else stop ??= live.start()
  }
  document.addEventListener('visibilitychange', onChange)
  return () => {
    document.removeEventListener('visibilitychange', onChange)
    clearTimeout(timer)
    pause()
  }
}

export function LoggedIn() {
  const { live } = useServices()
  const { kinds, error, refetch } = useKindsQuery()
  useEffect(() => followWhileSeen(live), [live])
  if (error && !kinds) return <Failed error={error} reset={() => void refetch()} />
  if (!kinds) return <Loading />
  return (
    <KindsProvider value={kinds}>
      <Clock>
        <Outlet />
      </Clock>
    </KindsProvider>
  )
}
