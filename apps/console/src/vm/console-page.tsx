/** A console of a VM, in a browser tab of its own. */
import { ReloadOutlined } from '@ant-design/icons'
import { useParams } from '@tanstack/react-router'
import { Badge, Button } from 'antd'
import { type ComponentType, lazy, type Ref, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { problemOf } from '../api/problem.ts'
import { Loading, NotFound } from '../app/messages.tsx'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi, useKinds } from '../data/context.tsx'
import { nameOf, useResource } from '../data/resources.ts'
import { t } from '../text/index.ts'

export type ConnectionState = 'connecting' | 'connected' | 'closed'

/** What the page can ask of the console it shows. */
export interface ConsoleHandle {
  sendCtrlAltDel?(): void
}

export interface ConsoleViewProps {
  /** Asks for a WebSocket address that is good for one connection. */
  ticket(): Promise<string>
  onState(state: ConnectionState): void
  onProblem(error: unknown): void
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

function Console({ vm, kind }: { vm: string; kind: 'vnc' | 'serial' }) {
  const { data: row } = useResource(useKinds().byName.get('vm'), vm)
  const api = useApi()
  const ticket = useCallback(() => api.consoleUrl(vm, kind), [api, vm, kind])
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<ConnectionState>('connecting')
  const [error, setError] = useState<unknown>(null)
  const handle = useRef<ConsoleHandle>(null)
  const View = views[kind]
  const title = t(`console.title.${kind}`, { name: row ? nameOf(row) : '' })
  useEffect(() => {
    document.title = title
  }, [title])
  const reconnect = (): void => {
    setState('connecting')
    setError(null)
    setAttempt(attempt + 1)
  }
  const shown = error === null ? state : 'closed'
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
      {error !== null && <ProblemAlert problem={problemOf(error)} />}
      {View && (
        <Suspense fallback={<Loading />}>
          <View key={attempt} ticket={ticket} onState={setState} onProblem={setError} ref={handle} />
        </Suspense>
      )}
    </div>
  )
}

export function ConsolePage() {
  const { id, console } = useParams({ from: '/loggedIn/vms/$id/console/$console' })
  return console === 'vnc' || console === 'serial' ? <Console key={console} vm={id} kind={console} /> : <NotFound />
}
