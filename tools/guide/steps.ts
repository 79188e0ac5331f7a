/**
 * A guide as steps: what its fenced blocks say is to be done, in order. A block of code that begins with the path of a file (`// path`) is
 * that file; one marked `diff` that begins with `# path` changes it; each line of one marked `sh` is a command.
 */

export type Step =
  | { do: 'write'; path: string; content: string }
  | { do: 'edit'; path: string; before: string; after: string }
  | { do: 'run'; command: string }

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm

function edit(path: string, lines: readonly string[]): Step {
  const side = (sign: '+' | '-'): string =>
    lines
      .filter((line) => line.startsWith(' ') || line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n')
  return { do: 'edit', path, before: side('-'), after: side('+') }
}

function stepsOf(language: string, text: string): Step[] {
  const [head = '', ...lines] = text.trimEnd().split('\n')
  if (language === 'sh')
    return [head, ...lines].filter((line) => line && !line.startsWith('#')).map((command) => ({ do: 'run', command }))
  const path = /^(?:\/\/|#) ([\w./-]+\/[\w.-]+)$/.exec(head)?.[1]
  if (!path) return []
  if (language === 'diff') return [edit(path, lines)]
  return [{ do: 'write', path, content: `${lines.join('\n').trimStart()}\n` }]
}

/** Blocks that name no file, and are no commands, are only read. */
export const guideSteps = (markdown: string): Step[] =>
  [...markdown.matchAll(FENCE)].flatMap(([, language, text]) => stepsOf(language as string, text as string))
