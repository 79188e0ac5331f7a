/** Light and dark: the system's choice until the user makes one. */
import { LoadingOutlined } from '@ant-design/icons'
import { App, ConfigProvider, theme } from 'antd'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'

type Scheme = 'light' | 'dark'

const KEY = 'basalt.scheme'
const system = window.matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  system.addEventListener('change', listener)
  return () => system.removeEventListener('change', listener)
}

function useSystemScheme(): Scheme {
  return useSyncExternalStore(subscribe, () => (system.matches ? 'dark' : 'light'))
}

const SchemeContext = createContext<{ scheme: Scheme; toggle: () => void }>({ scheme: 'light', toggle: () => {} })

/** The scheme in use, and a function that switches to the other. */
export const useScheme = () => useContext(SchemeContext)

const FONT = `system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif`

/** Ground, panel and line are the same as those of styles/base.css. */
const tokens = {
  light: {
    colorPrimary: '#0f766e',
    colorInfo: '#0f766e',
    colorBgLayout: '#f6f7f7',
    colorLink: '#0f766e',
    colorLinkHover: '#115e59',
    colorLinkActive: '#115e59',
    colorTextDescription: '#5d6b70',
  },
  dark: {
    colorPrimary: '#2dd4bf',
    colorInfo: '#2dd4bf',
    colorBgBase: '#0d1214',
    colorBgLayout: '#0d1214',
    colorBgContainer: '#12191c',
    colorBgElevated: '#182024',
    colorBorder: '#33434a',
    colorBorderSecondary: '#243035',
    colorFillAlter: '#161f23',
    colorLink: '#5eead4',
    colorLinkHover: '#99f6e4',
    colorLinkActive: '#99f6e4',
    colorBgSpotlight: '#2a363b',
    colorTextDescription: '#93a3a8',
  },
} as const

export function ThemeProvider({ children }: { children: ReactNode }) {
  const systemScheme = useSystemScheme()
  const [chosen, choose] = useState(() => localStorage.getItem(KEY))
  const scheme: Scheme = chosen === 'dark' || chosen === 'light' ? chosen : systemScheme
  useEffect(() => {
    document.documentElement.dataset.scheme = scheme
  }, [scheme])
  const value = useMemo(
    () => ({
      scheme,
      toggle() {
        const other = scheme === 'dark' ? 'light' : 'dark'
        localStorage.setItem(KEY, other)
        choose(other)
      },
    }),
    [scheme],
  )
  return (
    <SchemeContext value={value}>
      <ConfigProvider
        // The one that comes by itself may stay, unseen and still in the button's name, when an answer comes quickly.
        button={{ loadingIcon: <LoadingOutlined /> }}
        theme={{
          algorithm: scheme === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
          token: { ...tokens[scheme], borderRadius: 4, fontFamily: FONT, fontSize: 13, motionDurationMid: '0.12s' },
          components: {
            Table: { cellPaddingBlockMD: 9 },
            Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
          },
        }}
      >
        <App className="app-root" notification={{ placement: 'bottomRight' }}>
          {children}
        </App>
      </ConfigProvider>
    </SchemeContext>
  )
}
