/** Settings of a control-plane node, from a JSON file. */
import { readFile } from 'node:fs/promises'
import { LEVELS } from '@basalt/observe'
import { z } from 'zod'

const port = z
  .int()
  .min(1)
  .max(32_767, 'must be below 32768: higher ports are taken at random for outgoing connections')
const limit = z.int().min(1)
const path = z.string().regex(/^\/[^\0]*$/, 'must be an absolute path')

const schema = z.strictObject({
  /** Certificate authority, master key, embedded database. */
  dataDir: path,
  /** Name of this node, unique among the nodes of one database. */
  node: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9, hyphen')
    .default('node-1'),
  /** Where the API listens, and under which base URL the other nodes reach it. */
  api: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(7443),
      url: z.url({ protocol: /^https$/ }).optional(),
    })
    .prefault({}),
  /** Where agents and other nodes connect, and under which base URL they reach this node. */
  agents: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(7444),
      url: z.url({ protocol: /^https$/ }).optional(),
    })
    .prefault({}),
  /** Address that the nodes share, which keepalived or the like keeps on one that answers: its health is shown. */
  virtualAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Names and addresses for the node's own certificate, besides localhost. */
  names: z.array(z.string()).default([]),
  /** The built console; without it only the API is served. */
  consoleDir: path.optional(),
  /** First operator, made when there is none; its password too, where the file (operator-password in `dataDir`) is not there. */
  operator: z.strictObject({ username: z.string().default('admin'), passwordFile: path.optional() }).prefault({}),
  logLevel: z.enum(LEVELS).default('info'),
  /** Metrics without a log-in on this port of 127.0.0.1; operators find them at GET /metrics all the same. */
  metrics: z.strictObject({ port }).optional(),
  /** Where traces go by OTLP/HTTP; without an endpoint, nor OTEL_EXPORTER_OTLP_ENDPOINT, there are none. */
  traces: z
    .strictObject({
      endpoint: z.url({ protocol: /^https?$/ }).optional(),
      headers: z.record(z.string(), z.string()).optional(),
      /** Share of the traces that begin here which are kept. */
      sampling: z.number().min(0).max(1).default(1),
    })
    .prefault({}),
  /** What adds to the control plane: each the name of a package or the absolute path of its main file. */
  plugins: z
    .array(
      z.preprocess(
        (entry) => (typeof entry === 'string' ? { plugin: entry } : entry),
        z.strictObject({
          plugin: z.string().min(1),
          /** Without it the control plane starts all the same, and says so. */
          optional: z.boolean().default(false),
          /** What the plugin's definition of its options takes. */
          options: z.record(z.string(), z.unknown()).default({}),
        }),
      ),
    )
    .default([]),
  /** Of the event loop: when it is told that it stands still, and when the process ends, to be started anew by whoever supervises it. */
  watchdog: z.strictObject({ warnMs: limit.default(2_000), killMs: limit.default(60_000) }).prefault({}),
  /** How much this node takes on before it says 503 or 429. */
  limits: z
    .strictObject({
      requests: limit,
      requestsPerUser: limit,
      streams: limit,
      streamsPerUser: limit,
      commits: limit,
      tasks: limit,
    })
    .partial()
    .default({}),
})

export type ControlPlaneConfig = z.infer<typeof schema>

/** @throws Error that names the settings at fault */
export function parseConfig(settings: unknown): ControlPlaneConfig {
  const parsed = schema.safeParse(settings)
  if (!parsed.success) throw new Error(`the settings are not valid:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export const readConfig = async (file: string): Promise<ControlPlaneConfig> =>
  parseConfig(JSON.parse(await readFile(file, 'utf8')))
