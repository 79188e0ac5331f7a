/** Looks for VMs that failed. */
import type { Examiner, Store } from '@basalt/kernel'

const SHOWN = 20

interface FailedVm extends Record<string, unknown> {
  id: string
  name: string
  cause: { code: string; message: string; remedy: string | null } | null
}

export const examineVms = (store: Store): Examiner => ({
  name: 'VMs',
  async examine() {
    const failed = await store.database.query<FailedVm>(
      `select id, name, cause from vm where state = 'failed' order by updated_at desc limit ${SHOWN}`,
    )
    return failed.map(({ id, name, cause }) => ({
      severity: 'warning',
      code: 'VM_FAILED',
      message: `The VM "${name}" has failed${cause ? ` (${cause.code}): ${cause.message}` : '.'}`,
      meaning: 'It cannot be used as it is.',
      remedy: `${cause?.remedy ? `${cause.remedy} ` : ''}Then: basalt vm recover ${id}, or basalt vm delete ${id}`,
      kind: 'vm',
      resource: id,
    }))
  },
})
