/** The progress of tasks on one line of a terminal; nothing elsewhere. */
import type { Task } from '@basalt/sdk'
import type { Terminal } from '../terminal.ts'
import { fit, printable } from './text.ts'

export interface Progress {
  show(text: string): void
  /** Leave the line empty for what comes next. */
  clear(): void
}

const CLEAR = '\r\u001b[2K'

export function createProgress({ err }: Pick<Terminal, 'err'>): Progress {
  if (!err.isTTY) return { show() {}, clear() {} }
  return {
    show: (text) => void err.write(CLEAR + fit(printable(text), Math.max(20, (err.columns ?? 80) - 1))),
    clear: () => void err.write(CLEAR),
  }
}

const BAR = 20

/** `vm.create web  ██████░░░░ 42 %  cloning the root disk` */
export function taskLine({
  name,
  percent,
  message,
  state,
}: Pick<Task, 'name' | 'percent' | 'message' | 'state'>): string {
  const full = Math.round((percent / 100) * BAR)
  const doing = state === 'undoing' ? `undoing: ${message}` : message
  return `${name}  ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(percent).padStart(3)} %  ${doing}`
}
