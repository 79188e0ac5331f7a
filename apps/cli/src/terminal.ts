/** The terminal as commands see it: where they write, and how they ask. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { CliError, EXIT } from './errors.ts'

export interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  in: ReadStream
  out: WriteStream
  err: WriteStream
  /** A person sits at it: questions can be asked. */
  interactive: boolean
  /** Colours may be used on standard output. */
  colors: boolean
  /** Characters in a line of standard output; undefined when it is no terminal. */
  width: number | undefined
  /** A line on standard output. */
  print(text: string): void
  /** A line on standard error: hints, questions, errors. */
  note(text: string): void
  ask(question: string): Promise<string>
  /** Asks without showing what is typed. */
  askSecret(question: string): Promise<string>
}

/** Exit code of a process that Ctrl-C ended: 128 and the signal's number. */
const INTERRUPTED = 130

const line = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

/** Swallows what readline would echo. */
const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

export function createTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal {
  const interactive = Boolean(stdin.isTTY && stderr.isTTY)

  /** @param shown where readline shows the question and what is typed */
  async function question(text: string, shown: Writable): Promise<string> {
    if (!interactive)
      throw new CliError('NOT_A_TERMINAL', `Nobody can be asked: ${text.trim()}`, {
        remedy: 'Give it as an option; see --help.',
        exitCode: EXIT.usage,
      })
    const reader = createInterface({ input: stdin, output: shown, terminal: true })
    reader.once('SIGINT', () => {
      stderr.write('\n')
      process.exit(INTERRUPTED)
    })
    try {
      return await reader.question(text)
    } finally {
      reader.close()
    }
  }

  return {
    env,
    in: stdin as ReadStream,
    out: stdout as WriteStream,
    err: stderr as WriteStream,
    interactive,
    colors: Boolean(stdout.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb',
    get width() {
      return stdout.isTTY ? stdout.columns : undefined
    },
    print: (text) => void stdout.write(line(text)),
    note: (text) => void stderr.write(line(text)),
    ask: (text) => question(text, stderr),
    async askSecret(text) {
      if (interactive) stderr.write(text)
      const answer = await question(text, silent())
      stderr.write('\n')
      return answer
    },
  }
}

/** Everything that comes on standard input. */
export async function readAll(input: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}
