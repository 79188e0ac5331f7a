/** Texts for people, by key. Another language is another catalogue with the same keys. */
import { en, type TextKey } from './en.ts'

export type { TextKey }

/** The text of a key with its parameters filled in. */
export function t(key: TextKey, parameters: Record<string, string | number> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))
}

/** Whether a key has a text: some kinds have texts of their own. */
export const hasText = (key: string): key is TextKey => key in en
