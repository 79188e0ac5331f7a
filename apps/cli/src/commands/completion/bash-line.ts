/**
 * The command line as bash hands it over, and answers as bash takes them. Bash splits words at `COMP_WORDBREAKS` too (at `=` and `:`),
 * and puts what it is given in place of the last such piece, with quotes as they were typed: so the line is read here.
 */

export interface BashLine {
  /** Words after the program's name, without their quotes; the last one is at the cursor. */
  words: string[]
  /** Characters of the last word, without quotes, that bash keeps. */
  kept: number
  /** The quote that is open at the cursor. */
  quote: '' | "'" | '"'
}

const BREAKS = ' \t\n"\'@><=;|&(:'

/** @param line up to the cursor */
export function readBashLine(line: string, breaks: string = BREAKS): BashLine {
  const words: string[] = []
  let [word, isWord, kept]: [string, boolean, number] = ['', false, 0]
  let quote: BashLine['quote'] = ''
  const end = (): void => {
    if (isWord) words.push(word)
    ;[word, isWord, kept] = ['', false, 0]
  }
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (quote === '' && /\s/.test(character)) end()
    else {
      isWord = true
      if (quote === character) quote = ''
      else if (quote === '' && (character === "'" || character === '"')) {
        quote = character
        kept = word.length
      } else if (character === '\\' && quote !== "'") word += line.charAt(++at)
      else {
        word += character
        if (quote === '' && breaks.includes(character)) kept = word.length
      }
    }
  }
  return { words: [...words, word].slice(1), kept, quote }
}

/** With a backslash before whatever bash would take for something else. */
const escaped = (text: string): string => text.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, '\\$&')

/** What bash is to put in place of the last piece. */
export function bashReply(candidate: string, { kept, quote }: BashLine): string {
  const rest = candidate.slice(kept)
  if (quote === "'") return rest.replaceAll("'", "'\\''")
  return quote === '"' ? rest.replace(/["\\$`]/g, '\\$&') : escaped(rest)
}
