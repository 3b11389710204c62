/** Requests to the process of a snapshot, each with its own time limit. */
import type { Socket } from 'node:net';
import { AppError } from '../../domain/error.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { createLineReader } from '../sandbox/line-reader.ts';

export interface SnapshotChannel {
  /** The answer; rejects with a message when it does not arrive in time, or the process ends. */
  request(command: JsonObject, timeoutMs: number): Promise<JsonObject>;
  send(command: JsonObject): void;
}

/** JSON may take six characters for one. */
const OVERHEAD = 6;
const LAST_WORDS_MS = 1_000;

export function openChannel(socket: Socket, outputBytes: number, ended: Promise<never>): SnapshotChannel {
  let onReply: ((reply: JsonObject) => void) | undefined;
  let onProblem: ((problem: AppError) => void) | undefined;
  socket.on('error', () => undefined);
  socket.on(
    'data',
    createLineReader(
      outputBytes * OVERHEAD + 1_000_000,
      (reply) => onReply?.(reply),
      (why) => {
        if (why === 'values') onProblem?.(new AppError('unavailable', 'shows more values than a snapshot can keep'));
        socket.destroy();
      },
    ),
  );
  const send = (command: JsonObject) => {
    if (socket.writable) socket.write(`${JSON.stringify(command)}\n`);
  };
  return {
    send,
    request(command, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
      onReply = resolve;
      onProblem = reject;
      const timer = setTimeout(() => reject(new AppError('unavailable', 'takes too long')), timeoutMs);
      // The end of the process itself says more.
      socket.once('close', () =>
        setTimeout(() => reject(new AppError('unavailable', 'ends the program')), LAST_WORDS_MS).unref(),
      );
      send(command);
      return Promise.race([promise, ended]).finally(() => clearTimeout(timer));
    },
  };
}
