import { randomBytes } from 'node:crypto'

/** 120 random bits, as 20 characters that can be typed. */
export const randomPassword = (): string => randomBytes(15).toString('base64url')
