/** Program number of libvirt's main protocol (remote_protocol.x). */
export const REMOTE_PROGRAM = 0x20008086
/** Program number of the QEMU-only calls (qemu_protocol.x). */
export const QEMU_PROGRAM = 0x20008087
/** Program number of keepalive messages (virkeepaliveprotocol.x). */
export const KEEPALIVE_PROGRAM = 0x6b656570
/** Version of all three programs. */
export const PROTOCOL_VERSION = 1

/** One remote procedure: which program it belongs to, and its number there. */
export interface Procedure {
  readonly program: number
  readonly number: number
}

const remote = (number: number): Procedure => ({ program: REMOTE_PROGRAM, number })
const qemu = (number: number): Procedure => ({ program: QEMU_PROGRAM, number })

/** The procedures this client calls. Numbers never change once released by libvirt (remote_protocol.x). */
export const PROCEDURES = {
  connectOpen: remote(1),
  connectGetVersion: remote(4),
  nodeGetInfo: remote(6),
  connectGetCapabilities: remote(7),
  domainCreateXml: remote(10),
  domainGetXmlDesc: remote(14),
  domainGetAutostart: remote(15),
  domainGetInfo: remote(16),
  domainLookupByName: remote(23),
  domainLookupByUuid: remote(24),
  domainReboot: remote(27),
  domainResume: remote(28),
  domainSetAutostart: remote(29),
  domainSuspend: remote(34),
  connectGetHostname: remote(59),
  connectSupportsFeature: remote(60),
  authList: remote(66),
  authPolkit: remote(70),
  nodeGetFreeMemory: remote(102),
  connectGetUri: remote(110),
  connectGetLibVersion: remote(157),
  domainAttachDeviceFlags: remote(160),
  domainDetachDeviceFlags: remote(161),
  domainAbortJob: remote(164),
  domainUpdateDeviceFlags: remote(174),
  domainManagedSave: remote(182),
  domainSnapshotCreateXml: remote(185),
  domainCreateWithFlags: remote(196),
  domainSetVcpusFlags: remote(199),
  domainOpenConsole: remote(201),
  domainSetMemoryFlags: remote(204),
  domainGetState: remote(212),
  nodeGetCpuStats: remote(227),
  nodeGetMemoryStats: remote(228),
  domainUndefineFlags: remote(231),
  domainDestroyFlags: remote(234),
  domainBlockJobAbort: remote(237),
  domainGetBlockJobInfo: remote(238),
  domainReset: remote(245),
  domainBlockResize: remote(251),
  domainSetBlockIoTune: remote(252),
  domainShutdownFlags: remote(258),
  domainSetMetadata: remote(264),
  domainGetMetadata: remote(265),
  connectListAllDomains: remote(273),
  domainBlockCommit: remote(290),
  domainGetJobStats: remote(298),
  domainMigratePerform3Params: remote(305),
  connectDomainEventCallbackRegisterAny: remote(316),
  domainFsFreeze: remote(335),
  domainFsThaw: remote(336),
  connectGetDomainCapabilities: remote(342),
  connectGetAllDomainStats: remote(344),
  domainDefineXmlFlags: remote(350),
  domainInterfaceAddresses: remote(353),
  domainSetUserPassword: remote(357),
  domainDetachDeviceAlias: remote(392),
  domainCheckpointCreateXml: remote(411),
  domainBackupBegin: remote(421),
  qemuDomainAgentCommand: qemu(3),
} as const satisfies Record<string, Procedure>

/** Name of a procedure in {@link PROCEDURES}. */
export type ProcedureName = keyof typeof PROCEDURES

/** Procedures of the keepalive program. */
export const KEEPALIVE_PROCEDURE = { ping: 1, pong: 2 } as const
