import type { WireError } from '@basalt/contracts'
import { isRecord, transportError } from './errors.ts'

const MAX_ANSWER_BYTES = 64 * 1024

/** Reads a short JSON body. @throws TransportError MESSAGE_INVALID or MESSAGE_TOO_LARGE */
export async function readJsonAnswer(response: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_ANSWER_BYTES) throw transportError('MESSAGE_TOO_LARGE', 'The answer is too long.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (cause) {
    throw transportError('MESSAGE_INVALID', 'The answer is not JSON.', { cause })
  }
}

/** Understands a refusal in wire form, or as a problem document (RFC 9457) with a stable `code`. */
export function errorOfAnswer(status: number, answer: unknown, codeWhenUnknown: string): WireError {
  const { code, detail, message, remedy } = isRecord(answer) ? answer : {}
  const error: WireError = {
    code: typeof code === 'string' ? code : codeWhenUnknown,
    message: String(detail ?? message ?? `The control plane answered with status ${status}.`),
  }
  if (typeof remedy === 'string') error.remedy = remedy
  return error
}
