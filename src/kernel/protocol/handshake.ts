/**
 * Waits until a kernel answers on shell and its iopub messages arrive. A late subscriber receives nothing, so kernels
 * that send no `iopub_welcome` are asked again until the status messages of an answer arrive.
 */
import type { JsonObject } from '../../domain/text/json.ts';
import type { Message } from './wire.ts';

const ASK_AGAIN_MS = 20;

export interface Handshake {
  onMessage(channel: string, message: Message): void;
  /** Whether it has sent an `iopub_welcome`. */
  hasWelcomed(): boolean;
  /**
   * Content of the `kernel_info_reply`; rejects with the signal's reason. `known`: that content, of a kernel that is to
   * send a welcome; it is not asked.
   */
  complete(signal: AbortSignal, known?: JsonObject): Promise<JsonObject>;
}

/** `request` sends a `kernel_info_request` on the shell channel. */
export function createHandshake(request: () => void): Handshake {
  const { promise: done, resolve } = Promise.withResolvers<JsonObject>();
  let info: JsonObject | undefined;
  let published = false;
  let welcomed = false;
  return {
    onMessage(channel, message) {
      if (channel === 'iopub') published = true;
      if (message.header['msg_type'] === 'iopub_welcome') welcomed = true;
      if (channel === 'shell' && message.header['msg_type'] === 'kernel_info_reply') info = message.content;
      if (info !== undefined && published) resolve(info);
    },
    hasWelcomed: () => welcomed,
    async complete(signal, known) {
      info = known;
      signal.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      // While the kernel has not answered at all, the first request waits in its queue: repeat the request only after
      // an answer.
      const timer = setInterval(() => {
        if (info !== undefined && known === undefined) request();
      }, ASK_AGAIN_MS);
      if (known === undefined) request();
      try {
        return await Promise.race([done, aborted.promise]);
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', abort);
      }
    },
  };
}
