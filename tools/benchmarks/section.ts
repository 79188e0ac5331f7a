/** A generated part of a page that is otherwise written by hand. */

const begin = (name: string): string => `<!-- generated: ${name}, by npm run generate -->`
const END = '<!-- end of what is generated -->'

/** The page with this part renewed. @throws Error when the page has no place for it */
export function withSection(page: string, name: string, content: string): string {
  const from = page.indexOf(begin(name))
  const to = page.indexOf(END, from)
  if (from < 0 || to < 0) throw new Error(`the page has no place for "${name}": ${begin(name)} … ${END}`)
  return `${page.slice(0, from)}${begin(name)}\n\n${content.trim()}\n\n${page.slice(to)}`
}
