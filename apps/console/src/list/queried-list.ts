/** A list by what is in its box: a query goes to the server; the last one that it understood stays until the next. */
import { isQuery } from '@basalt/sdk/query-suggestions'
import { useEffect, useState } from 'react'
import { ApiProblem, type FieldProblem } from '../api/problem.ts'
import type { Kind } from '../api/types.ts'
import type { Filter } from '../data/fold.ts'
import { useList } from '../data/resources.ts'

/** The server is not asked at every key. */
const PAUSE_MS = 250

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** What the server says of the query itself. */
const problemWith = (error: unknown): FieldProblem | undefined =>
  error instanceof ApiProblem ? error.errors.find(({ field }) => field === 'q') : undefined

export interface QueriedList {
  list: ReturnType<typeof useList>
  /** Words to look for in what is listed, when the text is no query. */
  words: string | undefined
  /** What is wrong with the query, and with which. */
  refused?: { text: string; problem: FieldProblem }
}

/** `zone.name `: a path with a blank behind it is the beginning of a query, and no word to look for. */
function isBeginning({ fields, relations }: Kind, text: string): boolean {
  const [, first] = /^\s*(?:not\s+)?([\p{L}\p{N}_]+)[\p{L}\p{N}_.]*\s+$/u.exec(text) ?? []
  return [...fields, ...relations].some(({ name }) => name === first)
}

export function useQueriedList(kind: Kind, filter: Filter, text: string | undefined): QueriedList {
  const isOne = text !== undefined && isQuery(text)
  const settled = useSettled(isOne ? text : undefined)
  const q = isOne ? settled : undefined
  const [understood, setUnderstood] = useState<string>()
  const asked = useList(kind, q === undefined ? filter : { ...filter, q })
  const before = useList(kind, understood === undefined ? filter : { ...filter, q: understood })
  const problem = problemWith(asked.error)
  useEffect(() => {
    if (asked.isSuccess) setUnderstood(q)
  }, [asked.isSuccess, q])
  return {
    list: problem || asked.isLoading ? before : asked,
    words: isOne || isBeginning(kind, text ?? '') ? undefined : text,
    refused: problem && q !== undefined ? { text: q, problem } : undefined,
  }
}
