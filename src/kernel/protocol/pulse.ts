/** Whether a kernel still answers: on the control channel, which it does even while it executes a cell. */
import type { Message } from './wire.ts';

export interface Pulse {
  /** A message of the control channel. */
  onMessage(message: Message): void;
  /** True when the kernel has answered in time; false also when the signal aborts. */
  beats(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** `request` sends a request on the control channel, and returns its id. */
export function createPulse(request: () => string): Pulse {
  const waiting = new Map<string, (beats: boolean) => void>();
  return {
    onMessage({ parent }) {
      waiting.get(String(parent['msg_id']))?.(true);
    },
    beats(timeoutMs, signal) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const id = request();
      waiting.set(id, resolve);
      const end = () => resolve(false);
      // in the turn after the next: what arrived while this thread was busy is read between them
      const timer = setTimeout(() => setImmediate(() => setImmediate(end)), timeoutMs);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      return promise.finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        waiting.delete(id);
      });
    },
  };
}
