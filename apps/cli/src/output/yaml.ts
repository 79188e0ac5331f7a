/** JSON values as YAML 1.2, block style. */

const PLAIN = /^[A-Za-z_/][\w ./@+-]*$/
/** Words that YAML 1.1 readers take for something else than text. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null|~)$/i

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null)
  return PLAIN.test(value) && !RESERVED.test(value) && !value.endsWith(' ') ? value : JSON.stringify(value)
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

function block(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return ` ${scalar(value)}\n`
  if (isEmpty(value)) return Array.isArray(value) ? ' []\n' : ' {}\n'
  return `\n${lines(value, indent)}`
}

function lines(value: object, indent: string): string {
  if (Array.isArray(value))
    return value
      .map((item) => {
        const isNested = typeof item === 'object' && item !== null && !isEmpty(item)
        return isNested
          ? `${indent}- ${lines(item, `${indent}  `).slice(indent.length + 2)}`
          : `${indent}-${block(item, indent)}`
      })
      .join('')
  return Object.entries(value)
    .map(([key, item]) => `${indent}${scalar(key)}:${block(item, `${indent}  `)}`)
    .join('')
}

/** Ends with a line feed. */
export function toYaml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${scalar(value)}\n`
  if (isEmpty(value)) return Array.isArray(value) ? '[]\n' : '{}\n'
  return lines(value, '')
}
