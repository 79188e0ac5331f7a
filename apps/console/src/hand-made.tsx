/**
 * Where hand-made views take the place of derived ones, or stand beside them. A kind that is not named here is drawn from its
 * definition alone.
 */
import { type ComponentProps, type ComponentType, lazy } from 'react'
import type { Kind, Row } from './api/types.ts'
import type { ActionForm } from './form/action-form.tsx'
import type { TextKey } from './text/index.ts'
import { ConsoleButtons } from './vm/console-buttons.tsx'

export interface ViewProps {
  kind: Kind
  row: Row
}

type ActionFormComponent = ComponentType<ComponentProps<typeof ActionForm>>

interface HandMade {
  /** Above the fields of the detail. */
  header?: ComponentType<ViewProps>
  /** More tabs of the detail. */
  tabs?: readonly { key: string; label: TextKey; view: ComponentType<ViewProps> }[]
  /** Forms by action. */
  forms?: Readonly<Record<string, ActionFormComponent>>
}

const views: Readonly<Record<string, HandMade>> = {
  vm: {
    header: ConsoleButtons,
    tabs: [
      {
        key: 'log',
        label: 'vm.log',
        view: lazy(() => import('./vm/console-log.tsx').then(({ ConsoleLog }) => ({ default: ConsoleLog }))),
      },
    ],
  },
  image: {
    header: lazy(() => import('./image/image-upload.tsx').then(({ ImageUpload }) => ({ default: ImageUpload }))),
    forms: {
      create: lazy(() => import('./image/image-form.tsx').then(({ ImageForm }) => ({ default: ImageForm }))),
    },
  },
  settingTemplate: {
    tabs: [
      {
        key: 'preview',
        label: 'setting.preview',
        view: lazy(() =>
          import('./setting/template-preview.tsx').then(({ TemplatePreview }) => ({ default: TemplatePreview })),
        ),
      },
    ],
  },
  host: {
    header: lazy(() => import('./host/registration.tsx').then(({ Registration }) => ({ default: Registration }))),
  },
}

export const viewsOf = (kind: string): HandMade => views[kind] ?? {}

/** A form made for this action, if there is one. */
export const formOf = (kind: string, action: string): ActionFormComponent | undefined => views[kind]?.forms?.[action]
