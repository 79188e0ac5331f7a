import { CodeOutlined, DesktopOutlined } from '@ant-design/icons'
import { useRouter } from '@tanstack/react-router'
import { Button, Tooltip } from 'antd'
import { words } from '../format/words.ts'
import type { ViewProps } from '../hand-made.tsx'
import { t } from '../text/index.ts'

const consoles = [
  { console: 'vnc', label: 'vm.screen', icon: <DesktopOutlined /> },
  { console: 'serial', label: 'vm.serial', icon: <CodeOutlined /> },
] as const

/** Open the screen or the serial console of a running VM, each in a tab of its own. */
export function ConsoleButtons({ row }: ViewProps) {
  const router = useRouter()
  const running = ['running', 'rebooting', 'stopping'].includes(row.state ?? '')
  const refusal = running ? undefined : t('vm.notRunning', { state: words(row.state ?? '') })
  // With an opener: that is how the new tab comes by the session of this one.
  const open = (console: string): void => {
    const { href } = router.buildLocation({ to: '/vms/$id/console/$console', params: { id: row.id, console } })
    window.open(href, '_blank')
  }
  return (
    <div className="consoles">
      {consoles.map(({ console, label, icon }) => (
        <Tooltip key={console} title={refusal}>
          <Button icon={icon} disabled={!running} aria-description={refusal} onClick={() => open(console)}>
            {t(label)}
          </Button>
        </Tooltip>
      ))}
    </div>
  )
}
