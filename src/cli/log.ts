/** The server's log on standard error: JSON lines, or lines for people; on a terminal only what needs attention. */
import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../app/context.ts';

const OPTIONS = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { error: pino.stdSerializers.err },
};

/** `auto`: for people on a terminal, JSON elsewhere. */
export function createLog(form: 'auto' | 'json' | 'text' = 'auto'): Log {
  const { isTTY } = process.stderr;
  const options = { ...OPTIONS, level: isTTY ? 'warn' : 'info' };
  if (form === 'json' || (form === 'auto' && !isTTY)) return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino(
    options,
    pretty({
      destination: 2,
      sync: true,
      translateTime: 'SYS:HH:MM:ss',
      colorize: isTTY,
      errorLikeObjectKeys: ['error', 'err'],
    }),
  );
}
