/** Text that is safe to print and lines up. */

/** Control characters of data could move the cursor or change the title: they are shown as a dot. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·')

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

const charWidth = (char: string): number =>
  /[\p{Mn}\p{Me}]/u.test(char) ? 0 : WIDE.test(char) || /\p{Emoji_Presentation}/u.test(char) ? 2 : 1

/** Columns of a terminal that the text takes (East Asian characters take two). */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Filled up with blanks to `width`. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** At most `width` columns, the end replaced by `…` when it is longer. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 0
  for (const char of text) {
    used += charWidth(char)
    if (used > width - 1) break
    kept += char
  }
  return `${kept}…`
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const
export type Style = keyof typeof CODES

/** With escape codes for a style. */
export const styled = (text: string, style: Style | undefined): string =>
  style ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text
