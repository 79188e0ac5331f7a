/** Rows as CSV (RFC 4180), safe to open in a spreadsheet, and cells as they were before. */

/**
 * A cell that begins like a formula would be carried out by spreadsheets; a quote in front makes it text. So it does for one that would
 * make its row a remark, and for one that has such a quote already, so that taking one off is always right.
 */
const ODD = /^'*[=+\-@\t\r#]/
const GUARDED = /^'+[=+\-@\t\r#]/

const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const plain = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return quoted(typeof value === 'string' && ODD.test(plain) ? `'${plain}` : plain)
}

/** The text of a cell that `csvLine` wrote, or that somebody typed. */
export const unguarded = (text: string): string => (GUARDED.test(text) ? text.slice(1) : text)

export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`

/** A row that says something to its reader, and that an import passes over. */
export const remarkLine = ([first = '', ...others]: readonly string[]): string =>
  `${[`${REMARK} ${first}`, ...others].map(quoted).join(',')}\r\n`

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

/** A row whose first cell begins so is a remark. */
export const REMARK = '#'
