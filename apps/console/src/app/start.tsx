import { Navigate } from '@tanstack/react-router'
import { collectionOf, useKinds } from '../data/context.tsx'
import { groupKinds } from '../kind/groups.ts'
import { NotFound } from './messages.tsx'

/** The first kind of the navigation is where everybody begins. */
export function Start() {
  const first = groupKinds(useKinds().all)[0]?.kinds[0]
  return first ? <Navigate to="/$collection" params={{ collection: collectionOf(first) }} replace /> : <NotFound />
}
