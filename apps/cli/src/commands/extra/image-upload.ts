/** `basalt image upload`: create an image and send its file. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Kind } from '@basalt/resource'
import { formatBytes } from '@basalt/resource/quantities'
import type { Cloud, Task } from '@basalt/sdk'
import { actionOf } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { CliError, usageError } from '../../errors.ts'
import { addFieldOptions, bodyOf, type Given } from '../../input/options.ts'
import { createReferences, type Row } from '../../input/references.ts'
import { type Format, printRow } from '../../output/format.ts'
import { createProgress } from '../../output/progress.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import { inputDeps } from '../kind/input-deps.ts'
import { waitForTasks } from '../wait-for-tasks.ts'
import type { ExtraCommand } from './index.ts'

type UploadOptions = Given & { output: Format; to?: string; checksum?: boolean }

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function checkFile(path: string): Promise<void> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${path} cannot be read (${error.code}).`, 'Check the path.')
  })
  if (!facts.isFile()) throw usageError(`${path} is no file.`, 'Give a disk image in qcow2 format.')
}

/** The task of an image that waits for its file: of a new one, or of the one named. */
async function expectedTask(
  context: Context,
  cloud: Cloud,
  kind: Kind,
  file: string,
  options: UploadOptions,
): Promise<Task> {
  const references = createReferences(cloud, context.catalogue)
  if (options.to) {
    const image = await references.row(kind, options.to)
    const { items } = await cloud.tasks.list({ resource: image.id, state: 'running' })
    if (items[0]) return items[0]
    throw new CliError('NOT_FOUND', `The image "${image.name}" does not wait for a file.`, {
      remedy: 'Leave out --to to make a new image.',
    })
  }
  const create = actionOf(kind, 'create')
  if (!create) throw usageError('You may not create images.')
  const given: Given = {
    ...options,
    name: options.name ?? basename(file).replace(/\.(qcow2|img)$/, ''),
    sha256: options.sha256 ?? (options.checksum === false ? undefined : await sha256Of(file)),
  }
  const body = await bodyOf(kind, create, given, inputDeps(context, cloud, references))
  return cloud.http.call<Task>('POST', kind.path, body)
}

async function upload(context: Context, kind: Kind, file: string, options: UploadOptions): Promise<void> {
  await checkFile(file)
  const cloud = await context.cloud()
  const task = await expectedTask(context, cloud, kind, file, options)
  const progress = createProgress(context.terminal)
  await cloud.uploadImage(task.resource, file, {
    onProgress: (sent, total = sent) =>
      progress.show(
        `${file}  ${formatBytes(sent)} of ${formatBytes(total)}  ${Math.round((sent / (total || 1)) * 100)} %`,
      ),
  })
  progress.clear()
  const [finished] = await waitForTasks(context, cloud, [task])
  if (finished)
    await printRow(context, kind, await cloud.http.call<Row>('GET', `${kind.path}/${task.resource}`), options.output)
}

export const imageUpload: ExtraCommand = {
  name: 'upload',
  add(parent, context, kind) {
    const command = parent
      .command('upload')
      .description('Make an image from a file of this machine, in qcow2 format. Waits until it is ready.')
      .argument('<file>', 'The file.')
      .option('--to <image>', 'Send it to an image that was created without a URL, instead of making one.')
      .option('--no-checksum', 'Do not compute the checksum for the server to compare.')
    const create = actionOf(kind, 'create')
    const fields = create?.input.filter((field) => field.name !== 'url') ?? []
    // The name of the file will do.
    addFieldOptions(
      command,
      fields.map((field) => (field.name === 'name' ? { ...field, optional: true } : field)),
    )
    command.addOption(outputOption())
    command.action((file: string, options: UploadOptions) => upload(context, kind, file, options))
    addGlobalOptions(command)
  },
}
