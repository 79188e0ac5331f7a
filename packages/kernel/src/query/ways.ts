/**
 * Whether PostgreSQL goes the same way for many questions together as it goes for each alone. It plans for all of them without knowing
 * their ids; where one is so rare, or so frequent, that it would plan otherwise for it, together would cost many times as much.
 */
import { keyOf, type Question, togetherSql } from './together.ts'

/** What `explain` tells of a plan, as far as it is the way that is gone. */
export interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Scan Direction'?: string
  'Join Type'?: string
  'Subplan Name'?: string
  Plans?: Plan[]
}

export type Explain = (text: string, values: readonly unknown[]) => Promise<Plan>

/** Tables grow, and statistics with them. */
const KEPT_MS = 60_000
const MOST_KEYS = 300

/** An id as a plan writes it, alone and together. */
const ID = /'[0-9a-f-]{36}'::uuid|asked\.p\d+/g

function wayOf(plan: Plan): unknown[] {
  const condition = plan['Index Cond']?.replace(ID, '?')
  const names = [
    plan['Node Type'],
    plan['Relation Name'],
    plan['Index Name'],
    plan['Scan Direction'],
    plan['Join Type'],
  ]
  return [...names, plan['Subplan Name'], condition, (plan.Plans ?? []).map(wayOf)]
}

/** Of what each row of ids is joined with; undefined when it is done in any other way. */
function eachOf({ Plans = [], ...plan }: Plan): Plan | undefined {
  const [asked, each] = Plans
  const isLoop = plan['Node Type'] === 'Nested Loop' && Plans.length === 2 && asked?.['Node Type'] === 'Function Scan'
  return isLoop ? each : undefined
}

export async function isSameWay(explain: Explain, question: Question): Promise<boolean> {
  const many = togetherSql([question, question])
  const [alone, together] = await Promise.all([
    explain(question.text, question.values),
    explain(many.text, many.values),
  ])
  const each = eachOf(together)
  return each !== undefined && JSON.stringify(wayOf(alone)) === JSON.stringify(wayOf(each))
}

interface Known {
  isSame: boolean
  /** When to look again. */
  untilMs: number
}

/** What is known of the questions of one shape. Only what is asked for again is looked into: it costs as much as an answer. */
export function createWays(explain: Explain): (question: Question) => boolean {
  const known = new Map<string, Known>()

  async function look(question: Question, into: Known): Promise<void> {
    into.untilMs = performance.now() + KEPT_MS
    into.isSame = await isSameWay(explain, question).catch(() => false)
  }

  return (question) => {
    const key = keyOf(question)
    const found = known.get(key)
    if (found && found.untilMs < performance.now()) void look(question, found)
    if (found) return found.isSame
    if (known.size >= MOST_KEYS) known.delete(known.keys().next().value as string)
    known.set(key, { isSame: false, untilMs: 0 })
    return false
  }
}
