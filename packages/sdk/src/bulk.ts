/** Many resources at once: bulk requests, lists as CSV, and creating from a CSV file. */
import type { Task } from './generated.ts'
import type { CallOptions, Http } from './http.ts'
import { type ListQuery, withQuery } from './query.ts'

/** One action on many: those with these ids, in this order, or all for which a filter holds. */
export type BulkRequest<A, Input> = {
  action: A
  /** The same for each. */
  input?: Input
  /** Only say what would be refused; nothing is changed. */
  dryRun?: boolean
} & (
  | {
      ids: readonly string[]
      /** Versions that you saw, by id: one that has another by now is refused. */
      versions?: Record<string, number>
      q?: undefined
    }
  | {
      q: string
      /** Those in the recycle bin, instead. */
      recycled?: boolean
      ids?: undefined
    }
)

/** Why one was refused: what a request for it alone would be answered. */
export interface ItemProblem {
  status: number
  code: string
  detail: string
  remedy?: string
  errors?: {
    field: string
    message: string
    remedy: string
    /** Column of the file, for a line of an import. */
    column?: string
  }[]
}

/** What became of one. */
export interface ItemResult<T> {
  /** As a request for this one alone would be answered; 200 where it was only rehearsed. */
  status: number
  task?: Task
  /** It, with what the action reveals this once. */
  resource?: T & Record<string, unknown>
  problem?: ItemProblem
}

export interface BulkItem<T = unknown> extends ItemResult<T> {
  id: string
}

export interface BulkCounts {
  total: number
  accepted: number
  refused: number
}

export interface BulkAnswer<T = unknown> {
  items: BulkItem<T>[]
  counts: BulkCounts
}

export interface ImportLine<T = unknown> extends ItemResult<T> {
  /** Where it begins in the file; the header is line 1. */
  line: number
  /** Of what it made. */
  id?: string
}

export interface ImportAnswer<T = unknown> {
  items: ImportLine<T>[]
  counts: BulkCounts
  /** Columns that a create does not take, such as those that only an export has. */
  ignored: string[]
}

export interface ImportOptions extends CallOptions {
  /** Only say what would be refused; nothing is made. */
  dryRun?: boolean
}

export interface ExportOptions {
  signal?: AbortSignal
}

const CSV = 'text/csv'

/** All pages of a list as CSV, in bytes, as they come. */
export async function* exportCsv(
  http: Http,
  path: string,
  query: ListQuery = {},
  { signal }: ExportOptions = {},
): AsyncGenerator<Uint8Array> {
  const answer = await http.stream('GET', path, { query, headers: { accept: CSV }, signal })
  yield* answer.chunks()
}

export async function csvText(http: Http, path: string, { signal }: ExportOptions = {}): Promise<string> {
  return (await http.stream('GET', path, { headers: { accept: CSV }, signal })).text()
}

export const importCsv = <T>(
  http: Http,
  path: string,
  csv: string,
  { dryRun, ...options }: ImportOptions = {},
): Promise<ImportAnswer<T>> =>
  http.call('POST', withQuery(path, { dryRun: dryRun || undefined }), csv, { ...options, contentType: CSV })
