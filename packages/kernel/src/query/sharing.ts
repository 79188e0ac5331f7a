/**
 * Lists of one shape that are asked for at the same time share one statement: to plan and begin one, and to wake whoever waits for it,
 * takes more than a page does. None is answered from a statement that began before it was asked for. Of one shape are those that say the
 * same with the same rights, about other ids; together go those for which PostgreSQL plans the same as for one alone (`ways.ts`). One that
 * makes the statement slow or fail does not do so to the others: each is then asked for alone, and so are all of the shape for a while.
 */
import type pg from 'pg'
import { createBatched, createLooks, type Look } from '../batched.ts'
import { chunks } from '../chunks.ts'
import { askTexts, type Texts } from '../texts.ts'
import { type Pace, QUICK_MS } from './pace.ts'
import { apart, keyOf, type Question, shapeOf, togetherSql, withKey } from './together.ts'
import { createWays, type Plan } from './ways.ts'

const MOST_TOGETHER = 16
const APART_MS = 60_000

type Ask = (question: Question) => Promise<Texts>

/** Resolves when all are answered; whoever takes long is not waited for by those that come after. */
async function settledSoon(answers: readonly Promise<unknown>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const long = new Promise((resolve) => {
    timer = setTimeout(resolve, QUICK_MS)
  })
  await Promise.race([Promise.allSettled(answers), long])
  clearTimeout(timer)
}

/**
 * @param pool connections for what is shared, with little time for it
 * @param pace of the texts, as they are when asked for alone
 */
export function createSharing(pool: pg.Pool, pace: Pace, alone: Ask): Ask {
  const known = createLooks<Texts>()

  async function explain(text: string, values: readonly unknown[]): Promise<Plan> {
    const { rows } = await pool.query(`explain (format json) ${text}`, [...values])
    return rows[0]['QUERY PLAN'][0].Plan
  }

  async function together(questions: readonly Question[]): Promise<Texts[]> {
    const { text, values } = togetherSql(questions)
    return apart(await askTexts(pool, text, values), questions.length)
  }

  async function each(questions: readonly Question[]): Promise<Promise<Texts>[]> {
    const answers = questions.map(alone)
    await settledSoon(answers)
    return answers
  }

  function looking(shape: Question): Look<Texts> {
    const isSameWay = createWays(explain)
    let apartUntilMs = 0

    async function shared(questions: readonly Question[]): Promise<Promise<Texts>[]> {
      if (questions.length === 1) return each(questions)
      try {
        return (await together(questions)).map((answer) => Promise.resolve(answer))
      } catch {
        // Whose fault it was is seen when each is asked for by itself.
        apartUntilMs = performance.now() + APART_MS
        return each(questions)
      }
    }

    const batched = createBatched(async (keys) => {
      const answers = await Promise.all(
        chunks(
          keys.map((key) => withKey(shape, key)),
          MOST_TOGETHER,
        ).map(shared),
      )
      return new Map(answers.flat().map((answer, index) => [keys[index] as string, answer]))
    })
    return async (key) => {
      const question = withKey(shape, key)
      return apartUntilMs < performance.now() && isSameWay(question) ? batched(key) : alone(question)
    }
  }

  return async (question) => {
    if (question.ids.length === 0 || !pace.isQuick(question.text)) return alone(question)
    const look = known(shapeOf(question), () => looking(question))
    return (await look(keyOf(question))) as Texts
  }
}
