/** Addresses of the console. Whatever a user looks at has one, with filters, tabs and open forms. */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import type { Services } from '../data/context.tsx'
import { Failed, NotFound } from './messages.tsx'

interface ListSearch {
  /** Filter by name. */
  q?: string
  state?: string
  /** `true` for what lies in the recycle bin. */
  recycled?: string
  /** Tab of the detail pane. */
  tab?: string
  /** Name of the action whose form is open. */
  form?: string
  /** Collection to go to once the form is done. */
  next?: string
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

const root = createRootRouteWithContext<Services>()({ notFoundComponent: NotFound, errorComponent: Failed })

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): { next?: string } => ({ next: textOf(search.next) }),
  component: lazyRouteComponent(() => import('../login/login-page.tsx'), 'LoginPage'),
})

const redeem = createRoute({
  getParentRoute: () => root,
  path: '/redeem',
  component: lazyRouteComponent(() => import('../login/redeem-page.tsx'), 'RedeemPage'),
})

const loggedIn = createRoute({
  getParentRoute: () => root,
  id: 'loggedIn',
  beforeLoad({ context, location }) {
    if (!context.api.session.get()) throw redirect({ to: '/login', search: { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./logged-in.tsx'), 'LoggedIn'),
})

const shell = createRoute({
  getParentRoute: () => loggedIn,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
})

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./start.tsx'), 'Start'),
})

const list = createRoute({
  getParentRoute: () => shell,
  path: '/$collection',
  validateSearch: (search): ListSearch => ({
    q: textOf(search.q),
    state: textOf(search.state),
    recycled: search.recycled === true || search.recycled === 'true' ? 'true' : undefined,
    tab: textOf(search.tab),
    form: textOf(search.form),
    next: textOf(search.next),
  }),
  component: lazyRouteComponent(() => import('../list/list-page.tsx'), 'ListPage'),
})

const detail = createRoute({
  getParentRoute: () => list,
  path: '$id',
  component: lazyRouteComponent(() => import('../detail/detail-pane.tsx'), 'DetailPane'),
})

const guestConsole = createRoute({
  getParentRoute: () => loggedIn,
  path: '/vms/$id/console/$console',
  component: lazyRouteComponent(() => import('../vm/console-page.tsx'), 'ConsolePage'),
})

const routeTree = root.addChildren([
  login,
  redeem,
  loggedIn.addChildren([shell.addChildren([start, list.addChildren([detail])]), guestConsole]),
])

export function createConsoleRouter(services: Services) {
  return createRouter({ routeTree, context: services, defaultPreload: 'intent', defaultErrorComponent: Failed })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
