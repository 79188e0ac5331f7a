/** Server-sent events read from a `fetch` body (WHATWG HTML 9.2): `EventSource` cannot be told where to go on, nor tells why it is refused. */

export interface StreamMessage {
  id?: string
  /** Absent when the message only moves the cursor on. */
  data?: string
}

/** Feed it text in pieces of any size; it returns the messages that are complete. */
export function createEventParser(): (text: string) => StreamMessage[] {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.map(messageOf).filter(({ id, data }) => id !== undefined || data !== undefined)
  }
}

function messageOf(block: string): StreamMessage {
  const message: StreamMessage = {}
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const value = line.slice(colon + 1).replace(/^ /, '')
    const name = line.slice(0, colon)
    if (name === 'id') message.id = value
    if (name === 'data') message.data = message.data === undefined ? value : `${message.data}\n${value}`
  }
  return message
}

/** Messages of a body, in the batches they arrive in. */
export async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage[]> {
  const parse = createEventParser()
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const messages = parse(value)
      if (messages.length > 0) yield messages
    }
  } finally {
    reader.releaseLock()
  }
}
