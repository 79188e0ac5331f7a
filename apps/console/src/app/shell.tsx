/** The frame of every screen: header, navigation, content. */
import { Outlet } from '@tanstack/react-router'
import { TaskNotices } from '../task/task-notices.tsx'
import { t } from '../text/index.ts'
import { Header } from './header.tsx'
import { Navigation } from './navigation.tsx'

export function Shell() {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Header />
      <Navigation />
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
      <TaskNotices />
    </div>
  )
}
