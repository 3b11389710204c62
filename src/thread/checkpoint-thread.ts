/** The thread that moves SQLite's log into the database. */
import { parentPort } from 'node:worker_threads';
import { moveLog } from '../store/engine/sqlite-checkpoint.ts';
import type { CheckpointAnswer, CheckpointQuestion } from './checkpoint-message.ts';

parentPort?.on('message', (database: CheckpointQuestion) => {
  parentPort?.postMessage(problemOf(database) satisfies CheckpointAnswer);
});

function problemOf(database: string): CheckpointAnswer {
  try {
    moveLog(database);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
