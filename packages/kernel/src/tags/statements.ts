/**
 * Tags in SQL. A resource carries its tags in two lists of its own row, what everybody who sees it may know and what only operators
 * may: so reads, filters, events and ETags have them at no further cost, and they go with the row. Whatever changes a list builds it
 * anew from the tags themselves, by ids, and only from tags that may be on the resource: a tag of another account cannot get there.
 */
import { listHoldsSql, type Resource, tableName } from '@basalt/resource'
import { eventSql, quote, recordset } from '../flush/sql.ts'

/** Most tags of one resource. */
export const MOST_TAGS = 50

/** Whether the tag `g` may be on the row `t`. */
const fits = ({ ownership }: Resource): string =>
  ownership === 'account' ? `(g.type = 'admin' or g.account = t.account)` : `g.type = 'admin'`

const isShown = `(g.type = 'tenant' or g.public)`

const list = (condition: string): string =>
  `coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'colour', g.colour, 'type', g.type) order by lower(g.name), g.id) filter (where ${condition}), '[]'::jsonb)`

/** The assignment of both lists. @param ids subquery of the column `id`, as text */
const assignment = (resource: Resource, ids: string): string =>
  `(tags, operator_tags) = (select ${list(isShown)}, ${list(`not ${isShown}`)} from (${ids}) l join tag g on g.id = l.id::uuid where ${fits(resource)}), version = t.version + 1, updated_at = now()`

const present = `select e->>'id' as id from jsonb_array_elements(t.tags || t.operator_tags) e`

/** For rows `{ id, attach, detach }`, the latter two lists of ids of tags. */
export function tagSql(resource: Resource): string {
  const ids = `${present} where not u.detach ? (e->>'id') union select jsonb_array_elements_text(u.attach)`
  const attachable = `not exists (select 1 from jsonb_array_elements_text(u.attach) a where not exists (select 1 from tag g where g.id = a.value::uuid and ${fits(resource)}))`
  const room = `(u.attach = '[]' or jsonb_array_length(t.tags || t.operator_tags) + jsonb_array_length(u.attach) <= ${MOST_TAGS})`
  const from = recordset([
    { name: 'id', type: 'uuid' },
    { name: 'attach', type: 'jsonb' },
    { name: 'detach', type: 'jsonb' },
  ])
  return `with x as (update ${quote(tableName(resource))} t set ${assignment(resource, ids)} from ${from} where t.id = u.id and ${attachable} and ${room} returning t.*), ${eventSql(resource, 'updated')} select id from x`
}

/** For rows `{ tag }`: every resource of the kind that has it. */
export function retagSql(resource: Resource): string {
  const has = `jsonb_build_array(jsonb_build_object('id', u.tag))`
  return `with x as (update ${quote(tableName(resource))} t set ${assignment(resource, present)} from ${recordset([{ name: 'tag', type: 'uuid' }])} where ${listHoldsSql('t.tags', has)} or ${listHoldsSql('t.operator_tags', has)} returning t.*), ${eventSql(resource, 'updated')} select id from x`
}
