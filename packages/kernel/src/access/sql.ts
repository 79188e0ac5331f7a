/** Conditions in SQL that are put together before their parameters are numbered, so that what drops out leaves none behind. */

export interface Condition {
  /** With {@link SLOT} where a value goes. */
  sql: string
  values: readonly unknown[]
}

const SLOT = '\u0000'

export const TRUE: Condition = { sql: 'true', values: [] }
export const FALSE: Condition = { sql: 'false', values: [] }

/** A condition from a template; what is put in are values, unless wrapped by {@link name}. */
export function sql(texts: TemplateStringsArray, ...inserted: unknown[]): Condition {
  const values: unknown[] = []
  const put = (value: unknown): string => {
    if (value instanceof Name) return value.text
    values.push(value)
    return SLOT
  }
  return { sql: texts.map((text, index) => (index === 0 ? text : put(inserted[index - 1]) + text)).join(''), values }
}

class Name {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** SQL that stands in the template as it is, such as a quoted column. */
export const name = (text: string): Name => new Name(text)

function join(conditions: readonly Condition[], word: string): Condition {
  const [first, ...more] = conditions
  if (first && more.length === 0) return first
  return {
    sql: `(${conditions.map((condition) => condition.sql).join(` ${word} `)})`,
    values: conditions.flatMap((condition) => condition.values),
  }
}

export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.includes(FALSE)) return FALSE
  const telling = conditions.filter((condition) => condition !== TRUE)
  return telling.length === 0 ? TRUE : join(telling, 'and')
}

export function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.includes(TRUE)) return TRUE
  const telling = conditions.filter((condition) => condition !== FALSE)
  return telling.length === 0 ? FALSE : join(telling, 'or')
}

/** Not known to hold: also where a column is null. */
export function isNot(condition: Condition): Condition {
  if (condition === TRUE) return FALSE
  return condition === FALSE ? TRUE : { sql: `(${condition.sql}) is not true`, values: condition.values }
}

/** SQL with numbered parameters; their values are appended. */
export function render(condition: Condition, values: unknown[]): string {
  let next = 0
  return condition.sql.replaceAll(SLOT, () => `$${values.push(condition.values[next++])}`)
}
