/** An uncaught error never ends the server without a message. */
import type { EventEmitter } from 'node:events';
import type { Log } from '../app/context.ts';

/**
 * Logs unhandled rejections, and continues: only what awaited them has failed. Settles after an uncaught exception: the
 * state behind it is unknown, so the server should stop as it does on a signal.
 */
export function untilFault(log: Log, source: EventEmitter = process): Promise<void> {
  source.on('unhandledRejection', (error: unknown) => {
    log.error({ error }, 'A failure inside the server was not handled; the server continues');
  });
  return new Promise((resolve) => {
    source.on('uncaughtException', (error: unknown) => {
      log.error({ error }, 'An error inside the server was not caught; the server stops');
      resolve();
    });
  });
}
