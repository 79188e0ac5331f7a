import { TextDecoder } from 'node:util'
import { OvsdbError } from './errors.ts'
import { expectObject, type Json, type JsonObject } from './json.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d

/** Largest message accepted unless told otherwise: the first dump of a large southbound database takes this much. */
export const DEFAULT_MAX_MESSAGE_BYTES = 256 * 1024 * 1024

/** Deepest nesting accepted. OVSDB itself needs about eight levels. */
export const MAX_NESTING = 256

/** Cuts a byte stream into JSON objects. */
export interface JsonFramer {
  /**
   * Takes the next bytes of the stream and returns the messages they complete.
   *
   * @throws {OvsdbError} `protocol error` or `message too large`; the stream cannot be continued afterwards.
   */
  push(chunk: Uint8Array): JsonObject[]
}

/** Settings of {@link createJsonFramer}. */
export interface JsonFramerOptions {
  readonly maxMessageBytes?: number
}

/**
 * An incremental framer. OVSDB puts JSON objects one after the other without lengths or separators (RFC 7047, section
 * 4), so the end of a message is only found by counting brackets outside strings. Every byte is looked at once, and
 * only bytes of an unfinished message are kept, in one buffer that grows by doubling up to the bound: a peer that sends
 * single bytes costs no more memory than one that sends large pieces. Bytes above 0x7f never look like a bracket or a
 * quote in UTF-8, so the scan works on bytes and text is decoded once per message.
 */
export function createJsonFramer({ maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES }: JsonFramerOptions = {}): JsonFramer {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const kept = createByteStore()
  let depth = 0
  let inString = false
  let escaped = false

  /** Index after the byte that completes the message begun before or at `from`; -1 if the chunk ends earlier. */
  function findEnd(chunk: Uint8Array, from: number): number {
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index]
      if (inString) {
        if (escaped) escaped = false
        else if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) inString = false
      } else if (byte === QUOTE) inString = true
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1
        if (depth > MAX_NESTING) throw new OvsdbError('protocol error', `more than ${MAX_NESTING} nested values`)
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1
        if (depth === 0) return index + 1
      }
    }
    return -1
  }

  function checkSize(addedBytes: number): void {
    if (kept.length + addedBytes <= maxMessageBytes) return
    throw new OvsdbError('message too large', `a message exceeds ${maxMessageBytes} bytes`)
  }

  function takeMessage(lastPart: Uint8Array): JsonObject {
    checkSize(lastPart.length)
    if (kept.length === 0) return parse(decoder, lastPart)
    kept.append(lastPart)
    return parse(decoder, kept.take())
  }

  function push(chunk: Uint8Array): JsonObject[] {
    const messages: JsonObject[] = []
    let start = 0
    while (start < chunk.length) {
      if (depth === 0) {
        start = skipSpace(chunk, start)
        if (start === chunk.length) break
        if (chunk[start] !== OPEN_BRACE) throw new OvsdbError('protocol error', 'a message does not begin with "{"')
      }
      const end = findEnd(chunk, start)
      if (end === -1) {
        checkSize(chunk.length - start)
        kept.append(chunk.subarray(start))
        break
      }
      messages.push(takeMessage(chunk.subarray(start, end)))
      start = end
    }
    return messages
  }

  return { push }
}

function skipSpace(chunk: Uint8Array, from: number): number {
  let index = from
  while (index < chunk.length) {
    const byte = chunk[index]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    index += 1
  }
  return index
}

function parse(decoder: TextDecoder, bytes: Uint8Array): JsonObject {
  try {
    return expectObject(JSON.parse(decoder.decode(bytes)) as Json, 'a message')
  } catch (cause) {
    throw new OvsdbError('protocol error', 'a message is not valid JSON in UTF-8', { cause })
  }
}

/** Bytes appended to one growing buffer. */
function createByteStore() {
  let bytes = new Uint8Array(0)
  let length = 0
  return {
    get length() {
      return length
    },
    append(part: Uint8Array): void {
      if (length + part.length > bytes.length) {
        const grown = new Uint8Array(Math.max(4096, (length + part.length) * 2))
        grown.set(bytes.subarray(0, length))
        bytes = grown
      }
      bytes.set(part, length)
      length += part.length
    },
    /** Everything stored; the store is empty afterwards. A large buffer is given back to the collector. */
    take(): Uint8Array {
      const all = bytes.subarray(0, length)
      if (bytes.length > 1024 * 1024) bytes = new Uint8Array(0)
      length = 0
      return all
    },
  }
}
