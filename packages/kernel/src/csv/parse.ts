/** A CSV file as somebody saved it → rows of cells with their lines: UTF-8 with or without a mark, separated by comma, semicolon or tab. */
import { type CsvError, parse } from 'csv-parse/sync'
import { Problem } from '../problem.ts'
import { REMARK, unguarded } from './cells.ts'

const MOST_BYTES_OF_ROW = 256 * 1024
const SEPARATORS = [',', ';', '\t']

export interface CsvRow {
  /** Where it begins; the first line is 1. */
  line: number
  cells: string[]
}

export const invalidCsv = (detail: string, remedy: string, line?: number): Problem =>
  new Problem({
    status: 400,
    code: 'INVALID_CSV',
    detail: `${line === undefined ? '' : `Line ${line}: `}${detail} Nothing was made.`,
    remedy,
    ...(line === undefined ? {} : { facts: { line } }),
  })

const REASONS: Record<string, [detail: string, remedy: string]> = {
  CSV_QUOTE_NOT_CLOSED: ['a quote is opened and never closed.', 'Close it; a quote within a cell is written twice.'],
  CSV_INVALID_CLOSING_QUOTE: [
    'something follows the closing quote of a cell.',
    'Put the whole cell in quotes; a quote within it is written twice.',
  ],
  INVALID_OPENING_QUOTE: [
    'there is a quote within a cell that does not begin with one.',
    'Put the whole cell in quotes, and write the quote within it twice.',
  ],
  CSV_MAX_RECORD_SIZE: [`is longer than ${MOST_BYTES_OF_ROW} bytes.`, 'Shorten it; it may lack a closing quote.'],
}

function explained(error: unknown): unknown {
  const { code, lines } = error as Partial<CsvError> & { lines?: number }
  const [detail, remedy] = REASONS[code ?? ''] ?? []
  return detail && remedy ? invalidCsv(detail, remedy, lines) : error
}

/** The text of a body. */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw invalidCsv('The file is not UTF-8.', 'Save it as "CSV UTF-8".')
  }
}

/** The one of which the first line has most: names of columns have none of them. */
function separatorOf(text: string): string {
  const [first = ''] = text.trimStart().split(/\r\n|\n|\r/, 1)
  const counts = SEPARATORS.map((separator) => first.split(separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ','
}

const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)

interface Parsed {
  record: string[]
  info: { lines: number }
}

/** Rows that are no remarks and not empty, the header first. */
export function parseCsv(text: string): CsvRow[] {
  if (text.includes('\0')) throw invalidCsv('The file has NUL characters.', 'Save it as "CSV UTF-8".')
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MOST_BYTES_OF_ROW,
    }) as unknown as Parsed[]
    return rows
      .filter(({ record }) => !record[0]?.startsWith(REMARK) && record.some((cell) => cell.trim() !== ''))
      .map(({ record, info }) => ({ line: info.lines - breaksIn(record), cells: record.map(unguarded) }))
  } catch (error) {
    throw explained(error)
  }
}
