/** Statements of the lease. Times are the database's alone, and each change of a row writes its event with it. */

const EVENT = `e as (insert into event (kind, resource, change, data)
  select 'node', x.id, case when x.version = 1 then 'created' else 'updated' end, to_jsonb(x) from x)`

const AFTER = `clock_timestamp() + $2::int * interval '1 millisecond'`

/**
 * Takes the lease with a new epoch. Refused (no row) while another run of the program under the same name has it, unless forced.
 * Parameters: id, lease in ms, name, session, API URL, agent URL, version, force.
 */
export const TAKE = `with x as (
  insert into node (id, name, description, state, epoch, session, lease_expires_at, api_url, agent_url, software_version, hosts, health)
  values ($1, $3, '', 'up', nextval('epoch_seq'), $4::uuid, ${AFTER}, $5, $6, $7, 0, '{}')
  on conflict (name) do update set state = 'up', epoch = nextval('epoch_seq'), session = excluded.session, cause = null,
    lease_expires_at = excluded.lease_expires_at, api_url = excluded.api_url, agent_url = excluded.agent_url,
    software_version = excluded.software_version, hosts = 0, version = node.version + 1, updated_at = now()
  where $8::boolean or node.session = excluded.session or node.lease_expires_at < clock_timestamp()
  returning *), ${EVENT}
select epoch from x`

/**
 * Prolongs the lease and tells of all nodes. Our own row is told as it was before.
 * Parameters: name, lease in ms, epoch, session, connected hosts.
 */
export const RENEW = `with mine as (
  update node set lease_expires_at = ${AFTER}, hosts = $5 where name = $1 and epoch = $3 and session = $4::uuid and state = 'up' returning id)
select name, state, epoch, session::text, api_url as "apiUrl", agent_url as "agentUrl", software_version as "softwareVersion", hosts,
  state = 'up' and lease_expires_at > clock_timestamp() as alive, exists (select from mine) as renewed,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as "databaseMs"
from node order by name`

/** Ends a lease that is over for good: whoever had it is refused from now on. Parameter: name. */
export const DECLARE_LOST = `with x as (
  update node set state = 'lost', epoch = nextval('epoch_seq'), version = version + 1, updated_at = now(),
    cause = jsonb_build_object('code', 'LEASE_OVER', 'message', 'It did not renew its lease in time: it was killed, stood still, or lost the database.',
      'remedy', 'Start it again; its tasks have gone to other nodes.')
  where name = $1 and state = 'up' and lease_expires_at < clock_timestamp() returning *), ${EVENT}
select name, epoch from x`

/** Gives our own lease up. Parameters: name, epoch, session. */
export const RELEASE = `with x as (
  update node set state = 'stopped', epoch = nextval('epoch_seq'), hosts = 0, lease_expires_at = clock_timestamp(), version = version + 1, updated_at = now()
  where name = $1 and epoch = $2 and session = $3::uuid and state = 'up' returning *), ${EVENT}
select epoch from x`

/** What the node sees. No event: it changes all the time. Parameters: name, epoch, health. */
export const TELL_HEALTH = `update node set health = $3::jsonb where name = $1 and epoch = $2 and state = 'up'`
