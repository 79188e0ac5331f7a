import { useEffect, useMemo } from 'react'
import type { Row } from '../api/types.ts'
import type { useList } from '../data/resources.ts'
import { nameOf } from '../data/resources.ts'
import { tagsOf } from '../kind/tags.tsx'

/** Whether a row is meant by what was typed: part of its name, its id, one of its texts such as an address, or of its tags. */
export function isMeant(row: Row, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  if (nameOf(row).toLowerCase().includes(wanted) || row.id.startsWith(wanted)) return true
  return [row.addresses, row.address, row.hostname, row.mac, tagsOf(row).map(({ name }) => name.toLowerCase())]
    .flat()
    .some((value) => String(value ?? '').includes(wanted))
}

/** Rows that match; older pages are fetched until all have been looked through. */
export function useNameFilter(list: ReturnType<typeof useList>, text: string | undefined) {
  const { rows, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = list
  const more = Boolean(text) && hasNextPage && !isError
  useEffect(() => {
    if (more && !isFetchingNextPage) void fetchNextPage()
  }, [more, isFetchingNextPage, fetchNextPage])
  const found = useMemo(() => (text ? rows.filter((row) => isMeant(row, text)) : rows), [rows, text])
  return { rows: found, searching: more }
}
