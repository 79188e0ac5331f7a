export { type BuildOptions, buildTinyImage, buildTinyImageParts, type TinyImage, type TinyImageParts } from './build.ts'
export { TinyImageError, type TinyImageErrorCode } from './errors.ts'
export { type KvmVerdict, type ProbeKvmOptions, probeKvm } from './probe-kvm.ts'
export { buildSeed, maxUserDataBytes, packSeed, type SeedOptions } from './seed.ts'
