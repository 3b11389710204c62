/**
 * Another viewer, in a process of its own so that it is not late itself, as on a machine of its own: `node
 * other-viewer-client.ts SERVER SCRIPT REPORT`. Until it is ended it reads a small report, its page and its frame, and
 * now and then clicks a small script. Prints a line of JSON for each.
 */
import { setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { clickRun } from './follow.ts';
import { timed } from './measure.ts';

export interface Look {
  readonly kind: 'read' | 'click';
  /** When it began, since 1970. */
  readonly atMs: number;
  /** Until the last byte of the frame, or the first output of the run. */
  readonly ms: number;
}

/** Between two looks: this viewer must not be the load. */
const PAUSE_MS = 100;
const READS_BEFORE_CLICK = 4;
const COMES_FIRST = -10;

const [server = '', script = '', report = ''] = process.argv.slice(2);

async function look(kind: Look['kind'], action: () => Promise<number>): Promise<void> {
  const atMs = Date.now();
  console.log(JSON.stringify({ kind, atMs, ms: await action() } satisfies Look));
  await wait(PAUSE_MS);
}

async function readBoth(): Promise<void> {
  for (const address of [report, `${report}/frame`]) {
    const reply = await fetch(address);
    await reply.text();
    if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  }
}

try {
  setPriority(COMES_FIRST);
} catch {
  console.error('Only a superuser may prefer a process: this viewer waits for the processors, too.');
}
for (;;) {
  for (let read = 0; read < READS_BEFORE_CLICK; read++) await look('read', () => timed(readBoth));
  await look('click', async () => (await clickRun(server, script)).firstMs);
}
