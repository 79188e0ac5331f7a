/** What operators tune of hosts. */
import { defineSetting, f } from '@basalt/resource'

export const hostGraceMs = defineSetting(
  'infrastructure.hostGraceMs',
  f.integer({
    minimum: 100,
    maximum: 3_600_000,
    unit: 'ms',
    doc: 'How long a host may be away before it counts as down; so long its tasks wait for it.',
  }),
  { default: 20_000, overridableBy: ['host', 'cluster'] },
)

export const registrationTokenHours = defineSetting(
  'infrastructure.registrationTokenHours',
  f.integer({
    minimum: 1,
    maximum: 720,
    unit: 'h',
    doc: 'How long the token is valid with which a new host registers.',
  }),
  { default: 24 },
)

export const infrastructureSettings = [hostGraceMs, registrationTokenHours]
