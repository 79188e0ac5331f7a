/** `basalt api`: any request, for what has no command of its own. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { readAll } from '../terminal.ts'
import { addGlobalOptions } from './common.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A JSON text, `@file` or `@-`. */
async function bodyOf(context: Context, data: string | undefined): Promise<unknown> {
  if (data === undefined) return undefined
  const text =
    data === '@-'
      ? await readAll(context.terminal.in)
      : data.startsWith('@')
        ? await readFile(data.slice(1), 'utf8')
        : data
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usageError(`--data is not valid JSON: ${(error as Error).message}.`)
  }
}

export function addApi(program: Command, context: Context): void {
  const command = program
    .command('api')
    .description('Send any request and print the answer, e.g. basalt api GET /v1/me')
    .argument('<method>', METHODS.join(', '))
    .argument('<path>', 'With its query, e.g. "/v1/vms?state=running".')
    .option('-d, --data <json>', 'Body; @file reads a file, @- standard input.')
    .action(async (word: string, path: string, { data }: { data?: string }) => {
      const method = word.toUpperCase()
      if (!METHODS.includes(method)) throw usageError(`${word} is no method.`, `Give one of: ${METHODS.join(', ')}.`)
      if (!path.startsWith('/')) throw usageError(`"${path}" is no path.`, 'Begin with a slash, e.g. /v1/me.')
      const body = await bodyOf(context, data)
      const cloud = await context.cloud()
      const answer = await cloud.http.call<unknown>(method, path, body)
      if (answer !== undefined) context.terminal.print(JSON.stringify(answer, null, 2))
    })
  addGlobalOptions(command)
}
