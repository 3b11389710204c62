/** Waits for what shows by looking only. */
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 20;
const PATIENCE_MS = 120_000;

/** Throws when it has not come about in two minutes: a measurement ends in any case. */
export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !(await look()); await wait(LOOK_MS)) {
    if (performance.now() > endMs) throw new Error(`Waited in vain: ${what}`);
  }
}
