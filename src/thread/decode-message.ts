/** The messages between the server's thread and the thread that decodes long messages of kernels. */
import type { Completeness, Message } from '../kernel/protocol/wire.ts';

export interface DecodeQuestion {
  /** Without the binary buffers behind the content. */
  readonly frames: readonly Uint8Array[];
  readonly key: string;
  readonly completeness: Completeness;
}

/** Undefined: the frames are no message that was signed with the key. */
export type DecodeAnswer = Message | undefined;
