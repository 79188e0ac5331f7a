/** A console of a VM, in a browser tab of its own. */
import { ReloadOutlined } from '@ant-design/icons'
import { useParams } from '@tanstack/react-router'
import { Alert, Badge, Button } from 'antd'
import { type ComponentType, lazy, type Ref, Suspense, useEffect, useRef, useState } from 'react'
import { problemOf } from '../api/problem.ts'
import { Loading, NotFound } from '../app/messages.tsx'
import { useApi, useKinds } from '../data/context.tsx'
import { nameOf, useResource } from '../data/resources.ts'
import { t } from '../text/index.ts'

export type ConnectionState = 'connecting' | 'connected' | 'closed'

/** What the page can ask of the console it shows. */
export interface ConsoleHandle {
  sendCtrlAltDel?(): void
}

export interface ConsoleViewProps {
  /** WebSocket address, good for one connection. */
  url: string
  onState(state: ConnectionState): void
  ref: Ref<ConsoleHandle>
}

const views: Readonly<Record<string, ComponentType<ConsoleViewProps>>> = {
  vnc: lazy(() => import('./screen.tsx').then(({ Screen }) => ({ default: Screen }))),
  serial: lazy(() => import('./serial.tsx').then(({ Serial }) => ({ default: Serial }))),
}

const badges = { connecting: 'processing', connected: 'success', closed: 'default' } as const
const stateTexts = {
  connecting: 'console.connecting',
  connected: 'console.connected',
  closed: 'console.closed',
} as const

/** A new ticket for each attempt: it is good for one connection only. */
function useTicket(vm: string, kind: 'vnc' | 'serial') {
  const api = useApi()
  const [attempt, setAttempt] = useState(0)
  const [url, setUrl] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks anew
  useEffect(() => {
    let current = true
    setUrl(null)
    setError(null)
    api.consoleUrl(vm, kind).then(
      (next) => current && setUrl(next),
      (reason: unknown) => current && setError(reason),
    )
    return () => {
      current = false
    }
  }, [api, vm, kind, attempt])
  return { url, attempt, problem: error === null ? null : problemOf(error), retry: () => setAttempt(attempt + 1) }
}

function Console({ vm, kind }: { vm: string; kind: 'vnc' | 'serial' }) {
  const { data: row } = useResource(useKinds().byName.get('vm'), vm)
  const ticket = useTicket(vm, kind)
  const [state, setState] = useState<ConnectionState>('connecting')
  const handle = useRef<ConsoleHandle>(null)
  const View = views[kind]
  const title = t(`console.title.${kind}`, { name: row ? nameOf(row) : '' })
  useEffect(() => {
    document.title = title
  }, [title])
  const reconnect = (): void => {
    setState('connecting')
    ticket.retry()
  }
  const shown = ticket.problem ? 'closed' : state
  return (
    <div className="console-page">
      <header className="console-bar">
        <strong>{title}</strong>
        <span role="status">
          <Badge status={badges[shown]} text={t(stateTexts[shown])} />
        </span>
        <span className="grow" />
        {kind === 'vnc' && (
          <Button size="small" disabled={shown !== 'connected'} onClick={() => handle.current?.sendCtrlAltDel?.()}>
            {t('console.ctrlAltDel')}
          </Button>
        )}
        <Button size="small" icon={<ReloadOutlined />} onClick={reconnect}>
          {t('console.reconnect')}
        </Button>
        <Button size="small" onClick={() => void document.documentElement.requestFullscreen()}>
          {t('console.fullscreen')}
        </Button>
      </header>
      {ticket.problem && (
        <Alert type="error" showIcon title={ticket.problem.message} description={ticket.problem.remedy} />
      )}
      {ticket.url && View && (
        <Suspense fallback={<Loading />}>
          <View key={ticket.url} url={ticket.url} onState={setState} ref={handle} />
        </Suspense>
      )}
    </div>
  )
}

export function ConsolePage() {
  const { id, console } = useParams({ from: '/loggedIn/vms/$id/console/$console' })
  return console === 'vnc' || console === 'serial' ? <Console key={console} vm={id} kind={console} /> : <NotFound />
}
