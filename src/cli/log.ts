/** The server's log: JSON lines on standard error; on a terminal, lines for people and only what needs attention. */
import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../app/context.ts';

export function createLog(): Log {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!process.stderr.isTTY) return pino({ ...options, level: 'info' }, pino.destination({ dest: 2, sync: true }));
  return pino({ ...options, level: 'warn' }, pretty({ destination: 2, sync: true, translateTime: 'HH:MM:ss' }));
}
