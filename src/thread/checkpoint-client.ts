/** Moves SQLite's log into the database on a separate thread: the server answers meanwhile. */
import type { Checkpoint } from '../store/engine/sqlite-checkpoint.ts';
import type { CheckpointAnswer, CheckpointQuestion } from './checkpoint-message.ts';
import { createThreadCalls } from './thread-calls.ts';

/** A slow disk; the log is seldom longer than 16 MB. */
const LIMIT_MS = 60_000;
/** Whoever writes much writes again soon. */
const IDLE_MS = 10_000;

export interface CheckpointClient {
  /** Rejects if it failed, or took too long: nothing is lost by that. */
  readonly move: Checkpoint;
  close(): Promise<void>;
}

export function createCheckpointClient(): CheckpointClient {
  const calls = createThreadCalls<CheckpointQuestion, CheckpointAnswer>({
    file: 'checkpoint-thread',
    name: 'checkpoints',
    idleMs: IDLE_MS,
    limitMs: LIMIT_MS,
  });
  return {
    async move(database) {
      const problem = await calls.ask(database);
      if (problem !== undefined) throw new Error(problem);
    },
    close: () => calls.close(),
  };
}
