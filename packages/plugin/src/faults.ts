/** What keeps a package from being a plugin, said so that whoever wrote or installed it can mend it. */
import { objectSchema, problemsOf, type Resource, tableName } from '@basalt/resource'
import { CONTRACT_VERSION, type Plugin } from './contract.ts'

export interface Fault {
  /** What it lacks or does wrong, as the second half of a sentence: "the plugin … has no name". */
  fault: string
  remedy: string
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function contractFault(contract: unknown): Fault | null {
  if (contract === CONTRACT_VERSION) return null
  if (typeof contract !== 'number')
    return { fault: 'does not say which contract it was written for', remedy: `Give it contract: ${CONTRACT_VERSION}.` }
  return {
    fault: `was written for contract ${contract}, and this control plane has contract ${CONTRACT_VERSION}`,
    remedy:
      contract > CONTRACT_VERSION
        ? 'Upgrade the control plane, or install an older version of the plugin.'
        : 'Install a newer version of the plugin.',
  }
}

function resourceFaults(resource: Resource): Fault[] {
  if (!isObject(resource) || !isObject(resource.fields) || typeof resource.kind !== 'string')
    return [{ fault: 'has a kind that is no definition', remedy: 'Make each with defineResource.' }]
  const { kind, quota, view, authority, scope } = resource
  return [
    ...(quota.length > 0
      ? [
          {
            fault: `counts its kind ${kind} against quotas`,
            remedy: 'Leave "quota" out: kinds of plugins are not counted.',
          },
        ]
      : []),
    ...(view
      ? [{ fault: `reads its kind ${kind} from a view`, remedy: 'Leave "view" out: kinds of plugins have tables.' }]
      : []),
    ...(authority || scope
      ? [{ fault: `lets its kind ${kind} decide about rights`, remedy: 'Leave "authority" and "scope" out.' }]
      : []),
  ]
}

function partFaults({ resources, migrations, networkDrivers, create }: Record<string, unknown>): Fault[] {
  const faults: Fault[] = []
  if (typeof create !== 'function')
    faults.push({ fault: 'has no function create', remedy: 'Give it create(context), which answers with its parts.' })
  if (resources !== undefined && !Array.isArray(resources))
    faults.push({ fault: 'has resources that are no list', remedy: 'Give the list of its definitions.' })
  else if (Array.isArray(resources) && resources.length > 0) {
    faults.push(...resources.flatMap(resourceFaults))
    if (!Array.isArray(migrations) || migrations.length === 0)
      faults.push({
        fault: `has kinds (${resources.map((resource: Resource) => resource?.kind).join(', ')}) and no migrations that make their tables`,
        remedy: 'Derive them with npm run generate, and name them under "migrations".',
      })
  }
  if (networkDrivers !== undefined && !isObject(networkDrivers))
    faults.push({
      fault: 'has network drivers that are no record',
      remedy: 'Give each under the name that fabrics call it by.',
    })
  return faults
}

/** Everything that is wrong with what a package exports by default; nothing when it is a plugin. */
export function pluginFaults(candidate: unknown): Fault[] {
  if (!isObject(candidate))
    return [{ fault: 'exports no plugin by default', remedy: 'Write: export default definePlugin({ … }).' }]
  // Of another contract, nothing else can be judged.
  const contract = contractFault(candidate.contract)
  if (contract) return [contract]
  const faults: Fault[] = []
  if (typeof candidate.name !== 'string' || !NAME.test(candidate.name) || candidate.name.length > 40)
    faults.push({
      fault: 'has no name that will do',
      remedy: 'Name it with at most 40 of a-z, 0-9 and hyphens, such as "rack-lights".',
    })
  if (typeof candidate.version !== 'string' || !candidate.version)
    faults.push({ fault: 'has no version', remedy: 'Give the version of its package.' })
  return [...faults, ...partFaults(candidate)]
}

/** Its options as `create` gets them, or what is wrong with them. */
export function checkedOptions({ options = {} }: Plugin, given: unknown): { options: unknown } | { faults: Fault[] } {
  const parsed = objectSchema(options, 'create').safeParse(given, { reportInput: true })
  if (parsed.success) return { options: parsed.data }
  const faults = problemsOf(parsed.error).map(({ field, message, remedy }) => ({
    fault: `is configured wrongly: options${field ? `.${field}` : ''} ${message.replace('of this request', 'of its options')}`,
    remedy: remedy ?? 'Correct it in the configuration of the control plane.',
  }))
  return { faults }
}

/** Kinds of a plugin that clash with what others have. */
export function clashes(resources: readonly Resource[], taken: readonly Resource[]): Fault[] {
  const kinds = new Set([...taken, ...resources].map(({ kind }) => kind))
  return resources.flatMap((resource): Fault[] => {
    const same = taken.find(
      (other) =>
        other.kind === resource.kind || other.plural === resource.plural || tableName(other) === tableName(resource),
    )
    const lost = Object.entries(resource.fields).find(
      ([, { type, kind }]) => type === 'ref' && kind && !kinds.has(kind),
    )
    return [
      ...(same
        ? [
            {
              fault: `brings the kind ${resource.kind}, and there is a kind ${same.kind} (${same.plural}) already`,
              remedy: 'Name its kind otherwise.',
            },
          ]
        : []),
      ...(lost
        ? [
            {
              fault: `refers with ${resource.kind}.${lost[0]} to the kind ${lost[1].kind}, which there is not`,
              remedy: 'Load the plugin that brings that kind before it, or correct the reference.',
            },
          ]
        : []),
    ]
  })
}
