/** Tags of a resource in their colours. */
import { Tag } from 'antd'
import type { Row } from '../api/types.ts'
import { t } from '../text/index.ts'

export interface ResourceTag {
  id: string
  name: string
  colour: string
  type: 'admin' | 'tenant'
}

/** Our colours as the component library calls them, where it has another name. */
const COLOURS: Readonly<Record<string, string>> = { grey: 'default', yellow: 'gold', pink: 'magenta' }

/** Every tag of the resource that the user may see. */
export const tagsOf = ({ tags, operatorTags }: Row): ResourceTag[] => [
  ...((tags ?? []) as ResourceTag[]),
  ...((operatorTags ?? []) as ResourceTag[]),
]

const colourOf = (colour: string): string => COLOURS[colour] ?? colour

/** @param onRemove offers to take a tag off, where that is allowed */
export function Tags({
  tags,
  onRemove,
}: {
  tags: readonly ResourceTag[]
  onRemove?: (tag: ResourceTag) => (() => void) | undefined
}) {
  return (
    <span className="tags">
      {tags.map((tag) => {
        const remove = onRemove?.(tag)
        return (
          <Tag
            key={tag.id}
            color={colourOf(tag.colour)}
            closable={remove && { 'aria-label': t('tag.remove', { name: tag.name }) }}
            onClose={(event) => {
              // It goes when the server says so.
              event.preventDefault()
              remove?.()
            }}
          >
            {tag.name}
          </Tag>
        )
      })}
    </span>
  )
}
