/** Requests to addresses that tenants name. They cannot make the control plane talk to its own network. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Problem } from './problem.ts'

const inner = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(network, prefix, 'ipv6')

const isInner = (address: string): boolean => inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const notAllowed = (url: URL): Problem =>
  new Problem({
    status: 422,
    code: 'URL_NOT_ALLOWED',
    detail: `${url.hostname} is a private address.`,
    remedy: 'Use a public URL, or ask an operator to do it.',
  })

/** Resolves names as usual, but refuses those that lead inside: also when a name changes its mind between check and use. */
function guardedLookup(url: URL): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 4)
      if (addresses.some(({ address }) => isInner(address))) return callback(notAllowed(url), '', 4)
      const [first] = addresses
      if (options.all) return callback(null, addresses)
      return callback(null, first?.address ?? '', first?.family ?? 4)
    })
  }
}

/**
 * Options for a request of `node:http` or `node:https` to the URL that keep it outside.
 * @param allowPrivate for operators, who may name inner addresses
 * @throws Problem URL_NOT_ALLOWED; the request itself fails with it when a name leads inside
 */
export function outboundOptions(url: URL, allowPrivate: boolean): { lookup?: LookupFunction } {
  if (allowPrivate) return {}
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && isInner(host)) throw notAllowed(url)
  return { lookup: guardedLookup(url) }
}
