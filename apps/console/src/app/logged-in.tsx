/** Everything behind the login: knows the kinds and follows the events. */
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { KindsProvider, useKindsQuery, useServices } from '../data/context.tsx'
import { Clock } from '../format/ago.tsx'
import { Failed, Loading } from './messages.tsx'

export function LoggedIn() {
  const { live } = useServices()
  const { kinds, error, refetch } = useKindsQuery()
  useEffect(() => live.start(), [live])
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
