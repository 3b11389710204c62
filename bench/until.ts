/** Waits for a condition that can only be polled. */
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 20;
const PATIENCE_MS = 120_000;

/** Throws if it has not been met after two minutes, so that every measurement ends. */
export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !(await look()); await wait(LOOK_MS)) {
    if (performance.now() > endMs) throw new Error(`Waited in vain: ${what}`);
  }
}
