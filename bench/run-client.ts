/**
 * Whoever runs a large script, in a process that gives way to the others, because viewers have machines of their own:
 * `node run-client.ts SERVER SCRIPT MILLISECONDS`. Runs the script again and again until the time is over, and prints a
 * line of JSON about the last run.
 */
import { setPriority } from 'node:os';
import { drainRun } from './follow.ts';

const GIVES_WAY = 10;

const [server = '', script = '', time = ''] = process.argv.slice(2);
setPriority(GIVES_WAY);
const endMs = performance.now() + Number(time);
let run;
do {
  run = await drainRun(server, script);
  if (run.outcome !== 'succeeded') throw new Error(`${script}: ${run.outcome}`);
} while (performance.now() < endMs);
console.log(JSON.stringify(run));
