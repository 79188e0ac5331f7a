/** Server-sent events as the WHATWG HTML standard defines them, as far as the API uses them. */

export interface Frame {
  id?: string
  event?: string
  /** Absent in frames that only move the cursor. */
  data?: string
}

function parseFrame(text: string): Frame {
  const frame: Frame = {}
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^(id|event|data)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'data') frame.data = frame.data === undefined ? value : `${frame.data}\n${value}`
    else if (name === 'id' || name === 'event') frame[name] = value
  }
  return frame
}

/** Frames out of a byte stream; a frame that the end cuts off is dropped. */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    const parts = rest.replaceAll('\r\n', '\n').split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield parseFrame(part)
  }
}
