/** Names of code as words for people. */

const ACRONYMS = /\b(vm|nic|ip|id|cpu|mac|url|mtu|dns|cidr|vcpu)(s?)\b/gi

/** `powerOff` → `power off`, `inUse` → `in use`. */
export const words = (name: string): string =>
  name
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
    .replace(ACRONYMS, (_, word: string, s: string) =>
      word.toLowerCase() === 'vcpu' ? `vCPU${s}` : word.toUpperCase() + s,
    )

/** `storagePools` → `Storage pools`. */
export function heading(name: string): string {
  const spelled = words(name)
  return spelled.startsWith('vCPU') ? spelled : spelled.charAt(0).toUpperCase() + spelled.slice(1)
}

/** `Storage pool` → `storage pool`, but `VM` stays. */
export const inSentence = (title: string): string =>
  /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1)

/** `a, b or c` */
export function alternatives(list: readonly string[]): string {
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`
}
