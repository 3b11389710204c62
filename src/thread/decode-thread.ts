/** The thread that decodes long messages of kernels. */
import { parentPort } from 'node:worker_threads';
import { shortenMessage } from '../kernel/protocol/message-long.ts';
import { decodeMessage, WireError } from '../kernel/protocol/wire.ts';
import type { DecodeAnswer, DecodeQuestion } from './decode-message.ts';

parentPort?.on('message', ({ frames, key, completeness }: DecodeQuestion) => {
  parentPort?.postMessage(decode() satisfies DecodeAnswer);

  function decode(): DecodeAnswer {
    try {
      return { ...shortenMessage(decodeMessage(frames, key, completeness)), identities: [] };
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  }
});
