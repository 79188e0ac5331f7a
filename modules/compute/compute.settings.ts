/** What operators tune of VMs. */
import { defineSetting, f } from '@basalt/resource'

export const consoleTicketSeconds = defineSetting(
  'compute.consoleTicketSeconds',
  f.integer({ minimum: 10, maximum: 3600, unit: 's', doc: 'How long a console can be opened after it was asked for.' }),
  { default: 300, overridableBy: ['vm'] },
)

export const computeSettings = [consoleTicketSeconds]
