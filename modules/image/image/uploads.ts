/** Uploads under way on this node. */
export interface Upload {
  receivedBytes: number
  /** Null when the client does not tell. */
  totalBytes: number | null
}

export interface Uploads {
  /** False when one of this image is under way. */
  begin(image: string, totalBytes: number | null): Upload | false
  end(image: string): void
  get(image: string): Upload | undefined
}

export function createUploads(): Uploads {
  const underWay = new Map<string, Upload>()
  return {
    begin(image, totalBytes) {
      if (underWay.has(image)) return false
      const upload = { receivedBytes: 0, totalBytes }
      underWay.set(image, upload)
      return upload
    },
    end: (image) => void underWay.delete(image),
    get: (image) => underWay.get(image),
  }
}

const MIB = 2 ** 20

/** Percent and words for something that arrives. */
export function arrival(receivedBytes: number, totalBytes: number | null): [percent: number, message: string] {
  const percent = totalBytes ? Math.min(99, (receivedBytes / totalBytes) * 100) : 0
  return [percent, `${Math.round(receivedBytes / MIB)} MiB received`]
}
