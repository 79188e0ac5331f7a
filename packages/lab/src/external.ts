import { EXTERNAL_ADDRESS, EXTERNAL_ADDRESS_V6, EXTERNAL_PREFIX_LENGTH } from './addresses.ts'
import type { LabNode } from './namespace.ts'
import { disableChecksumOffload } from './switch.ts'

/** Makes the external network: a bridge that stands for the provider's router, at 203.0.113.254 (RFC 5737). */
export async function furnishExternal(external: LabNode): Promise<void> {
  await external.exec('ip', ['link', 'add', 'external', 'type', 'bridge', 'mcast_snooping', '0'])
  await external.exec('sysctl', ['-qw', 'net.ipv6.conf.external.disable_ipv6=0'])
  await external.exec('ip', ['-batch', '-'], {
    input: [
      'link set external up',
      `address add ${EXTERNAL_ADDRESS}/${EXTERNAL_PREFIX_LENGTH} dev external`,
      `address add ${EXTERNAL_ADDRESS_V6}/64 dev external nodad`,
      '',
    ].join('\n'),
  })
  await disableChecksumOffload(external, 'external')
}
