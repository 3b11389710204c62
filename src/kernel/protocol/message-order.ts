/** Decodes the messages of a kernel's channels: long ones elsewhere, and still each channel in its order. */
import { LONG_BYTES } from './message-long.ts';
import { decodeMessage, WireError, type Message, type MessageDecoder } from './wire.ts';
import type { FrameMessage } from './zmtp-frame.ts';

export interface MessageOrder {
  /**
   * Returns a function that takes the messages of one channel. `deliver` is called at once, or once a long message and
   * those before it have been decoded. What was not signed by the kernel is ignored.
   */
  channel(deliver: (message: Message, sizeBytes: number) => void): (message: FrameMessage) => void;
  /** Whether a long message is being decoded. */
  isBusy(): boolean;
  /** Settles when those that are being decoded have been delivered. */
  done(): Promise<void>;
}

export interface MessageOrderOptions {
  readonly key: string;
  /** Absent: all messages are decoded here. */
  readonly decodeLong?: MessageDecoder;
}

/** `onChange` is called when `isBusy` changes. */
export function createMessageOrder({ key, decodeLong }: MessageOrderOptions, onChange: () => void): MessageOrder {
  const busy = new Set<Promise<void>>();

  function decode({ frames, sizeBytes, ...completeness }: FrameMessage): Message | Promise<Message> {
    return decodeLong !== undefined && sizeBytes > LONG_BYTES
      ? decodeLong(frames, key, completeness)
      : decodeMessage(frames, key, completeness);
  }

  return {
    isBusy: () => busy.size > 0,
    async done() {
      await Promise.all(busy);
    },
    channel(deliver) {
      let last: Promise<void> | undefined;

      async function afterLast(message: Message | Promise<Message>, sizeBytes: number): Promise<void> {
        await Promise.allSettled([message, last]);
        deliver(await message, sizeBytes);
      }

      return (frames) => {
        try {
          const message = decode(frames);
          if (last === undefined && !(message instanceof Promise)) return deliver(message, frames.sizeBytes);
          const delivered: Promise<void> = afterLast(message, frames.sizeBytes)
            .catch(ignoreStranger)
            .finally(() => {
              busy.delete(delivered);
              if (last === delivered) last = undefined;
              if (busy.size === 0) onChange();
            });
          last = delivered;
          busy.add(delivered);
          if (busy.size === 1) onChange();
        } catch (error) {
          ignoreStranger(error);
        }
      };
    },
  };
}

/** Not signed with our key, or not a message at all: not from our kernel. */
function ignoreStranger(error: unknown): void {
  if (!(error instanceof WireError)) throw error;
}
