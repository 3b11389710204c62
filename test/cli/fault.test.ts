/** Failures that nobody handles are logged; only an exception that nobody caught asks the server to stop. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { untilFault } from '../../src/cli/fault.ts';

test('a rejection is logged and the server goes on, an exception is logged and stops it', async () => {
  const lines: string[] = [];
  const write = (_: object, message: string) => void lines.push(message);
  const source = new EventEmitter();
  let stopped = false;
  const fault = untilFault({ info: write, warn: write, error: write }, source).then(() => {
    stopped = true;
  });
  source.emit('unhandledRejection', new Error('rejected'));
  await Promise.resolve();
  expect(stopped).toBe(false);
  source.emit('uncaughtException', new Error('thrown'));
  await fault;
  expect(lines).toEqual([
    'A failure inside the server was not handled; the server continues',
    'An error inside the server was not caught; the server stops',
  ]);
});
