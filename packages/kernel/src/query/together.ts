/** Questions of one shape, which differ in ids alone → one statement that answers all of them. */
import type { Texts } from '../texts.ts'

export interface Question {
  text: string
  values: readonly unknown[]
  /** Numbers of the parameters that are ids which the request names. All others say the same for all of a shape, also who may see what. */
  ids: readonly number[]
}

const idsOf = ({ values, ids }: Question): unknown[] => ids.map((number) => values[number - 1])

/** What a question has in common with those that can be asked together with it. */
export const shapeOf = ({ text, values, ids }: Question): string =>
  JSON.stringify([text, values.filter((_, index) => !ids.includes(index + 1))])

/** What tells it from others of its shape. */
export const keyOf = (question: Question): string => idsOf(question).join(' ')

/** The question of the same shape whose key this is. */
export function withKey(shape: Question, key: string): Question {
  const [values, ids] = [[...shape.values], key.split(' ')]
  for (const [index, number] of shape.ids.entries()) values[number - 1] = ids[index]
  return { ...shape, values }
}

/**
 * A row of ids for each, and to each row its own answer. The last column is whose a row is, counted from 1; the rows of each are in the
 * order that it asked for, since nothing but a nested loop can do this.
 * @param questions of one shape
 */
export function togetherSql(questions: readonly Question[]): { text: string; values: unknown[] } {
  const [{ text, values, ids }] = questions as [Question]
  const columns = ids.map((number) => `p${number}`).join(', ')
  const lists = ids.map((number) => `$${number}::uuid[]`).join(', ')
  const each = text.replace(/\$(\d+)/g, (plain, number) => (ids.includes(Number(number)) ? `asked.p${number}` : plain))
  return {
    text: `select r.*, asked.n from unnest(${lists}) with ordinality as asked(${columns}, n) cross join lateral (${each}) r`,
    values: values.map((value, index) =>
      ids.includes(index + 1) ? questions.map((question) => question.values[index]) : value,
    ),
  }
}

/** The answer to each, of `count` that were asked together. */
export function apart({ types, rows }: Texts, count: number): Texts[] {
  const answers = Array.from({ length: count }, (): Texts => ({ types: types.slice(0, -1), rows: [] }))
  for (const row of rows) answers[Number(row.pop()) - 1]?.rows.push(row)
  return answers
}
