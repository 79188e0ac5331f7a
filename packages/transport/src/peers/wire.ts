/**
 * The wire between control-plane nodes. Each node dials every other one, over mutual TLS on the agents' port. Down that connection go
 * its questions; up come answers, and news that the dialled node tells everybody.
 */
import type { WireError } from '@basalt/contracts'
import { isRecord, transportError } from '../errors.ts'

export const PEER_PATH = '/node/v1/peer'
export const PEER_STREAM_PATH = '/node/v1/streams'

/** A question, or the wish to have no answer any more. */
export type FromAsker =
  | { type: 'ask'; id: string; method: string; params: unknown; timeoutMs: number }
  | { type: 'cancel'; id: string }

export type FromAsked =
  | { type: 'progress'; id: string; percent: number; message?: string }
  | { type: 'answer'; id: string; ok: true; value: unknown }
  | { type: 'answer'; id: string; ok: false; error: WireError }
  | { type: 'news'; topic: string; body: unknown }

function read(json: string, types: readonly string[]): Record<string, unknown> {
  const message: unknown = JSON.parse(json)
  if (!isRecord(message) || !types.includes(String(message.type)))
    throw transportError('MESSAGE_INVALID', 'The node says something that this one does not understand.')
  return message
}

/** Shapes are trusted beyond their type: only nodes, which hold the authority's key, get as far as this. */
export const parseFromAsker = (json: string): FromAsker => read(json, ['ask', 'cancel']) as unknown as FromAsker

/** Of a newer node's messages the unknown ones are news of topics that nobody here follows. */
export const parseFromAsked = (json: string): FromAsked =>
  read(json, ['progress', 'answer', 'news']) as unknown as FromAsked
