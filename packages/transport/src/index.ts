/**
 * The wire between control plane and host agents; the messages are in `@basalt/contracts`.
 *
 * - agent: `createAgentConnection`, `openLedger`, `registerHost`, `rotateIdentity`
 * - control plane: `createAgentHub`, `register`, `rotate`; between its nodes: `createPeerServer`, `createPeerLinks`, `createHostRoutes`
 */
export {
  type AgentConnection,
  type AgentConnectionOptions,
  type AgentFacts,
  type ConnectionChange,
  createAgentConnection,
} from './agent-connection.ts'
export type { StreamOpener, StreamOpeners } from './agent-streams.ts'
export { type Backoff, DEFAULT_BACKOFF } from './backoff.ts'
export { TransportError, type TransportErrorCode } from './errors.ts'
export type { HostInterfaces } from './executor.ts'
export {
  type AgentHub,
  type AgentHubOptions,
  type ConnectedHost,
  createAgentHub,
  type HubEvents,
} from './hub.ts'
export type { CallEnd, CallOptions } from './hub-calls.ts'
export type { OpenStreamOptions } from './hub-streams.ts'
export { type Ledger, type OpenLedgerOptions, openLedger } from './ledger.ts'
export { followOpenPools, type OpenPools } from './open-pools.ts'
export { type Authorize, authenticate, nodeOf, type Peer, peerOf } from './peer.ts'
export { createHostRoutes, type HostRoutes } from './peers/host-routes.ts'
export { createPeerLinks, type PeerLinks } from './peers/peer-links.ts'
export { createPeerServer, type PeerServer, type Question } from './peers/peer-server.ts'
export type { ProtocolRange } from './protocol.ts'
export {
  type PinnedRequest,
  postPinned,
  type Registered,
  type RegisterOptions,
  registerHost,
  rotateIdentity,
} from './register-client.ts'
export { type RegistrationDeps, register, rotate, type TokenUse } from './registration.ts'
