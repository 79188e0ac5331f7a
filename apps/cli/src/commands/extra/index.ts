/** Commands of a kind for routes that its definition does not tell of. A kind that one day defines an action of the same name wins. */
import type { Kind } from '@basalt/resource'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { hostRegistrationToken } from './host-registration-token.ts'
import { imageUpload } from './image-upload.ts'
import { nodeJoinToken } from './node-join-token.ts'
import { settingHistory } from './setting-history.ts'
import { settingTemplatePreview } from './setting-template-preview.ts'
import { taskWatch } from './task-watch.ts'
import { vmConsole } from './vm-console.ts'
import { vmConsoleLog } from './vm-console-log.ts'
import { vmGuestAddresses } from './vm-guest-addresses.ts'

export interface ExtraCommand {
  /** Word after the kind's. */
  name: string
  add(parent: Command, context: Context, kind: Kind): void
}

export const EXTRA_COMMANDS: Readonly<Record<string, readonly ExtraCommand[]>> = {
  vm: [vmConsole, vmConsoleLog, vmGuestAddresses],
  image: [imageUpload],
  host: [hostRegistrationToken],
  node: [nodeJoinToken],
  task: [taskWatch],
  setting: [settingHistory],
  settingTemplate: [settingTemplatePreview],
}
