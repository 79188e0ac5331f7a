/** A notice as a message of syslog (RFC 5424). */
import type { Notice } from '@basalt/plugin'

/** Facility local0. */
const FACILITY = 16
const SEVERITIES: Record<Notice['severity'], number> = { error: 3, info: 6 }
/** The enterprise number for examples and documentation (RFC 5612). */
const SD_ID = 'basalt@32473'

const parameter = (name: string, value: string): string => `${name}="${value.replace(/[\\"\]]/g, (c) => `\\${c}`)}"`

/** One line: what breaks lines, or is no text, would begin another message with some receivers. */
const line = (text: string): string => text.replace(/\p{C}+/gu, ' ')

export function syslogMessage({ severity, title, text, event }: Notice, hostname: string): string {
  const priority = FACILITY * 8 + SEVERITIES[severity]
  const { kind, resource, change, at } = event
  const facts = [parameter('kind', kind), parameter('resource', resource), parameter('change', change)].join(' ')
  const words = line(text ? `${title}. ${text}` : title)
  return `<${priority}>1 ${at} ${hostname} basalt - ${kind} [${SD_ID} ${facts}] ${words}`
}
