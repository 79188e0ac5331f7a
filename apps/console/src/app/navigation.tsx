import { Link } from '@tanstack/react-router'
import { collectionOf, useKinds } from '../data/context.tsx'
import { heading } from '../format/words.ts'
import { groupKinds } from '../kind/groups.ts'
import { t } from '../text/index.ts'

/** All kinds the user can see, in groups. */
export function Navigation() {
  const groups = groupKinds(useKinds().all)
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {groups.map(({ label, kinds }) => (
        <section key={label}>
          <h2 className="nav-heading">{t(label)}</h2>
          <ul>
            {kinds.map((kind) => (
              <li key={kind.kind}>
                <Link
                  to="/$collection"
                  params={{ collection: collectionOf(kind) }}
                  activeOptions={{ includeSearch: false }}
                >
                  {heading(kind.plural)}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
