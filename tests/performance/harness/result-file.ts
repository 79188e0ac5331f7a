/** What one run of a bench leaves behind. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Measure } from './bench.ts'
import type { Machine } from './machine.ts'
import type { Neighbours } from './neighbours.ts'

export interface DatabaseFacts {
  version: string
  fsync: string
  synchronousCommit: string
}

export interface Failure {
  measure: string
  why: string
}

export interface Result {
  bench: string
  date: string
  commit: string
  machine: Machine
  /** The servers that were measured, with what makes their commits durable. */
  databases: DatabaseFacts[]
  /** Load averages of one minute before and after. */
  load: { before: number; after: number }
  neighbours: Neighbours
  quiet: boolean
  seconds: number
  parameters: Record<string, number>
  measures: Measure[]
  failures: Failure[]
}

export const RESULTS = join(import.meta.dirname, '..', 'results')

/** Where the last run on this machine is, and where what is committed is: the documents are made of the latter. */
export const latestFile = (bench: string): string => join(RESULTS, `${bench}.local.json`)
export const keptFile = (bench: string): string => join(RESULTS, `${bench}.json`)

/** @param keep to be committed */
export async function writeResult(result: Result, keep: boolean): Promise<void> {
  await mkdir(RESULTS, { recursive: true })
  const text = `${JSON.stringify(result, null, 2)}\n`
  for (const file of [latestFile(result.bench), ...(keep ? [keptFile(result.bench)] : [])]) await writeFile(file, text)
}

/** @throws Error that names the file and what is wrong with it */
export async function readResults(files: readonly string[]): Promise<Result[]> {
  return Promise.all(
    files.map(async (file) => {
      const result = JSON.parse(await readFile(file, 'utf8')) as Partial<Result>
      if (!result.bench || !Array.isArray(result.measures)) throw new Error(`${file} is no result of a bench`)
      return result as Result
    }),
  )
}
