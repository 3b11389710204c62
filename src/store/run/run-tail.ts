/** The last addition of this process to each log: its readers get it as it was committed, without reading it back. */
import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../../domain/run/run-event.ts';
import { readEvent, type Addition } from '../log.ts';

const MOST_LOGS = 500;
/** Of all logs together; longer additions are read from the database. */
const MOST_CHARS = 4_000_000;
const ADDITION_CHARS = 100_000;

interface Tail extends Addition {
  /** As the log would give them, made for the first reader. */
  read?: readonly StoredEvent[];
}

export interface LogTails {
  /** Of a durable addition. */
  keep(id: string, addition: Addition): void;
  /** The addition, if it is what comes after `seq`; undefined: the log knows. Always the same objects. */
  after(id: string, seq: number): readonly StoredEvent[] | undefined;
  forgetAll(): void;
}

export function createLogTails(): LogTails {
  const tails = new LRUCache<string, Tail>({ max: MOST_LOGS, maxSize: MOST_CHARS });
  return {
    keep(id, { stored, bodies }) {
      const size = bodies.reduce((chars, body) => chars + body.length, 1);
      if (size > ADDITION_CHARS) tails.delete(id);
      else tails.set(id, { stored, bodies }, { size });
    },
    after(id, seq) {
      const tail = tails.get(id);
      if (tail?.stored[0]?.seq !== seq + 1) return undefined;
      return (tail.read ??= tail.stored.map((one, at) => ({ ...one, event: readEvent(tail.bodies[at]!) })));
    },
    forgetAll: () => tails.clear(),
  };
}
