/** Decodes long messages of kernels on a separate thread: whatever their content is, the server answers meanwhile. */
import { buffersOf, decodeLost, WireError, withoutBuffers, type MessageDecoder } from '../kernel/protocol/wire.ts';
import type { DecodeAnswer, DecodeQuestion } from './decode-message.ts';
import { createThreadCalls, NoAnswer } from './thread-calls.ts';

/** A message of 50 MB takes a second of it. The memory that a message may take is measured before it is decoded. */
const LIMIT_MS = 5_000;
/** Long messages are rare, and what they took is much. */
const IDLE_MS = 1_000;

export interface DecodeClient {
  readonly decode: MessageDecoder;
  close(): Promise<void>;
}

/** One message at a time. */
export function createDecodeClient(limitMs = LIMIT_MS): DecodeClient {
  const calls = createThreadCalls<DecodeQuestion, DecodeAnswer>({
    file: 'decode-thread',
    name: 'messages',
    idleMs: IDLE_MS,
    limitMs,
  });
  return {
    async decode(frames, key, completeness) {
      // now: the memory of the frames is reused
      const buffers = buffersOf(frames);
      const question = { frames: withoutBuffers(frames), key, completeness };
      const message = await calls.ask(question).catch((error: unknown) => {
        if (error instanceof NoAnswer) return decodeLost(frames, key);
        throw error;
      });
      if (message === undefined) throw new WireError('not a Jupyter message of this kernel');
      return { ...message, buffers };
    },
    close: () => calls.close(),
  };
}
