import { LogoutOutlined, MoonOutlined, SearchOutlined, SunOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Dropdown, Tag, Tooltip } from 'antd'
import { useApi, useLiveStatus, useSession } from '../data/context.tsx'
import { TaskTray } from '../task/task-tray.tsx'
import { t } from '../text/index.ts'
import { Logo } from './logo.tsx'
import { usePalette } from './palette.tsx'
import { useScheme } from './theme.tsx'

function SchemeButton() {
  const { scheme, toggle } = useScheme()
  const label = t(scheme === 'dark' ? 'header.theme.light' : 'header.theme.dark')
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        aria-label={label}
        icon={scheme === 'dark' ? <SunOutlined /> : <MoonOutlined />}
        onClick={toggle}
      />
    </Tooltip>
  )
}

function UserMenu() {
  const api = useApi()
  const session = useSession()
  const logout = useMutation({ mutationFn: () => api.logout() })
  if (!session) return null
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [{ key: 'logout', icon: <LogoutOutlined />, label: t('header.logout') }],
        onClick: () => logout.mutate(),
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('header.user', { name: session.username })}>
        <span className="header-name">{session.username}</span>
        {session.operator && <Tag className="header-role">{t('header.operator')}</Tag>}
      </Button>
    </Dropdown>
  )
}

export function Header() {
  const status = useLiveStatus()
  const { palette, open } = usePalette()
  return (
    <header className="header">
      <Link to="/" className="brand">
        <Logo />
        {t('app.name')}
      </Link>
      <Button className="search" icon={<SearchOutlined />} onClick={open}>
        {t('header.search')}
        <kbd>Ctrl K</kbd>
      </Button>
      <div className="header-end">
        {status === 'offline' && (
          <span role="status" className="offline">
            {t('header.offline')}
          </span>
        )}
        <TaskTray />
        <SchemeButton />
        <UserMenu />
      </div>
      {palette}
    </header>
  )
}
