/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

/** A cell that begins like a formula would be carried out by spreadsheets; a quote in front makes it text. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const plain = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const text = typeof value === 'string' && FORMULA.test(plain) ? `'${plain}` : plain
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'
