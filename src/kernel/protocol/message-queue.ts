/**
 * Delivers messages to their receivers one by one, in order, and in turns: whoever asks the server for something else
 * need not wait for the end of a flood. The queue is bounded: streams are joined, and the source is paused while more
 * than `HIGH_BYTES` wait.
 */
import { setImmediate as letOthersGo } from 'node:timers/promises';
import type { ExecuteOptions, KernelMessage } from '../../domain/kernel/kernel.ts';

type Receiver = ExecuteOptions['onMessage'];

const HIGH_BYTES = 4 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;
const JOIN_CHARS = 256 * 1024;
const TURN_MS = 4;

interface Item {
  readonly receive: Receiver;
  message: KernelMessage;
  sizeBytes: number;
}

export interface MessageQueue {
  push(receive: Receiver, message: KernelMessage, sizeBytes: number): void;
  /** What is pushed for this receiver waits aside, where `drained` does not wait for it, until `release`. */
  delay(receive: Receiver): void;
  release(receive: Receiver): void;
  /**
   * Settles when everything pushed before has been received; rejects with what a receiver threw since the last call.
   */
  drained(): Promise<void>;
  /** Whether the source was asked to stop talking. */
  isHeld(): boolean;
}

/** `hold(true)` asks the source to pause, `hold(false)` to continue. */
export function createMessageQueue(hold: (held: boolean) => void): MessageQueue {
  const queue: Item[] = [];
  const delayed = new Map<Receiver, Item[]>();
  let waitingBytes = 0;
  let held = false;
  let failure: { readonly error: unknown } | undefined;
  let working: Promise<void> | undefined;

  function account(bytes: number): void {
    waitingBytes += bytes;
    const next = held ? waitingBytes > LOW_BYTES : waitingBytes > HIGH_BYTES;
    if (next !== held) hold((held = next));
  }

  async function work(): Promise<void> {
    let endMs = performance.now() + TURN_MS;
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (performance.now() > endMs) {
        await letOthersGo();
        endMs = performance.now() + TURN_MS;
      }
      try {
        await item.receive(item.message);
      } catch (error) {
        failure ??= { error };
      }
      account(-item.sizeBytes);
    }
    working = undefined;
  }

  return {
    push(receive, message, sizeBytes) {
      account(sizeBytes);
      const aside = delayed.get(receive);
      const items = aside ?? queue;
      const last = items.at(-1);
      const joined = last?.receive === receive ? join(last.message, message) : undefined;
      if (last !== undefined && joined !== undefined) {
        last.message = joined;
        last.sizeBytes += sizeBytes;
      } else {
        items.push({ receive, message, sizeBytes });
      }
      if (aside === undefined) working ??= Promise.resolve().then(work);
    },
    delay: (receive) => void delayed.set(receive, []),
    release(receive) {
      queue.push(...(delayed.get(receive) ?? []));
      delayed.delete(receive);
      working ??= Promise.resolve().then(work);
    },
    isHeld: () => held,
    async drained() {
      while (working !== undefined) await working;
      const failed = failure;
      failure = undefined;
      if (failed !== undefined) throw failed.error;
    },
  };
}

function join(first: KernelMessage, second: KernelMessage): KernelMessage | undefined {
  if (first.type !== 'stream' || second.type !== 'stream' || first.name !== second.name) return undefined;
  return first.text.length + second.text.length > JOIN_CHARS ? undefined : { ...first, text: first.text + second.text };
}
