/** Room for bytes that are made for readers and not read yet: whoever needs more than there is waits for its turn. */

export interface ByteRoom {
  /** Waits until there is room; answers how to give it back. Rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
}

/** First come, first served; what is larger than the room has it alone. */
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
