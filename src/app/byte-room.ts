/**
 * A bound on the bytes that are made for readers and not yet read: callers that need more than is free wait their turn.
 */

export interface ByteRoom {
  /** Waits until there is room and returns a function that releases it. Rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
}

/** First come, first served; a request larger than the whole bound runs alone. */
export function createByteRoom(limitBytes: number): ByteRoom {
  const waiting = new Set<Waiter>();
  let used = 0;

  function admit(): void {
    for (const waiter of waiting) {
      if (used > 0 && used + waiter.bytes > limitBytes) return;
      waiting.delete(waiter);
      used += waiter.bytes;
      waiter.enter();
    }
  }

  function leave(waiter: Waiter): void {
    used -= waiter.bytes;
    admit();
  }

  return {
    async take(bytes, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { bytes, enter: resolve };
      const abort = () => {
        if (waiting.delete(waiter)) reject(signal.reason as Error);
        admit();
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.add(waiter);
      admit();
      await promise.finally(() => signal.removeEventListener('abort', abort));
      let isOver = false;
      return () => {
        if (!isOver) leave(waiter);
        isOver = true;
      };
    },
  };
}
