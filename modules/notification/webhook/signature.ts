/** How a receiver knows that a delivery is from here, unchanged and recent. */
import { createHmac, timingSafeEqual } from 'node:crypto'

const TOLERANCE_SECONDS = 300

const digest = (secret: string, timestamp: string, body: string): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest()

/** `v1=<HMAC-SHA256 of "<timestamp>.<body>", hexadecimal>`. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${digest(secret, timestamp, body).toString('hex')}`

/**
 * What a receiver does; also an example for one.
 * @param timestamp Unix time in seconds, from the header Basalt-Timestamp
 * @param nowSeconds the receiver's clock; a delivery of another time than about now is refused, since somebody may send an old one again
 */
export function isGenuine(
  secret: string,
  { timestamp, signature, body }: { timestamp: string; signature: string; body: string },
  nowSeconds: number,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const expected = Buffer.from(signatureOf(secret, timestamp, body))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
