import { connectLibvirt, type LibvirtClient } from '@basalt/libvirt'
import { unavailable } from './errors.ts'

const RETRY_MS = 2_000
/** Calls made while libvirtd restarts wait this long for it. */
const CALL_TIMEOUT_MS = 15_000

/** The way to libvirt, also before libvirtd runs for the first time. */
export interface Link {
  /** The client. @throws HypervisorError HYPERVISOR_UNAVAILABLE while there never was a connection */
  client(): Promise<LibvirtClient>
  close(): void
}

/**
 * Connects in the background and again whenever the connection ends. `onConnected` sets up a new client before anyone
 * else gets it, `onReconnected` is called when events may have been missed.
 */
export function openLink(options: {
  socketPath: string
  onConnected(client: LibvirtClient): Promise<void>
  onReconnected(): void
}): Link {
  let connecting: Promise<LibvirtClient> | undefined
  let retryTimer: NodeJS.Timeout | undefined
  let closed = false

  const connect = async (): Promise<LibvirtClient> => {
    const client = await connectLibvirt({ socketPath: options.socketPath, callTimeoutMs: CALL_TIMEOUT_MS })
    try {
      await options.onConnected(client)
    } catch (error) {
      client.close()
      throw error
    }
    client.connection.on('reconnected', options.onReconnected)
    if (closed) client.close()
    return client
  }

  const client = (): Promise<LibvirtClient> => {
    connecting ??= connect().catch((error: unknown) => {
      connecting = undefined
      throw unavailable(error)
    })
    return connecting
  }

  const keepTrying = (): void => {
    client().then(options.onReconnected, () => {
      if (!closed) retryTimer = setTimeout(keepTrying, RETRY_MS)
    })
  }
  keepTrying()

  return {
    client,
    close() {
      closed = true
      clearTimeout(retryTimer)
      connecting?.then(
        (open) => open.close(),
        () => undefined,
      )
    },
  }
}
