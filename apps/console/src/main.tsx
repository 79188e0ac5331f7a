/** The console: wires its services and draws it. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApi } from './api/client.ts'
import { ApiProblem } from './api/problem.ts'
import { createSessionStore, shareSession } from './api/session.ts'
import { createConsoleRouter } from './app/router.tsx'
import { ThemeProvider } from './app/theme.tsx'
import { ServicesProvider } from './data/context.tsx'
import { createLive } from './data/live.ts'
import { createUploads } from './data/uploads.ts'
import './styles/index.css'

/** Only what may pass by itself is worth asking again. */
const mayPass = (error: unknown): boolean => !(error instanceof ApiProblem) || error.status >= 500

async function start(element: HTMLElement): Promise<void> {
  const queries = new QueryClient({
    defaultOptions: {
      // The event stream keeps everything fresh; nothing is asked for twice.
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 3 && mayPass(error),
      },
      mutations: { retry: false },
    },
  })
  const session = createSessionStore()
  const api = createApi(session)
  const live = createLive({ api, queries })
  const services = { api, live, uploads: createUploads(api) }
  const router = createConsoleRouter(services)
  session.subscribe(() => {
    // Nothing of one user may be left for the next.
    queries.clear()
    void router.invalidate()
  })
  shareSession(session, new BroadcastChannel('basalt.session'))
  await api.restore()
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <ServicesProvider value={services}>
          <ThemeProvider>
            <RouterProvider router={router} />
          </ThemeProvider>
        </ServicesProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}

const element = document.getElementById('root')
if (element) void start(element)
