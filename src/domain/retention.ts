/** Which reports go by themselves: those whose time is over, then the soonest to expire until the rest fits. */
import type { SizedRun } from './run-store.ts';
import type { Run } from './run.ts';

export interface Expiry {
  readonly run: Run;
  readonly sizeBytes: number;
  readonly reason: 'age' | 'size';
}

/** A report this young never goes for its size: whoever asked for it may not have seen it yet. */
const YOUNG_MS = 3_600_000;

/** `candidates`: the soonest to expire first. `excessBytes`: how much all of them are over their bound. */
export function chooseExpired(candidates: readonly SizedRun[], now: { readonly nowMs: number; readonly excessBytes: number }): readonly Expiry[] {
  const chosen: Expiry[] = [];
  let excess = now.excessBytes;
  for (const { run, sizeBytes } of candidates) {
    const isOld = run.expiresAtMs !== undefined && run.expiresAtMs <= now.nowMs;
    const isYoung = (run.endedAtMs ?? now.nowMs) > now.nowMs - YOUNG_MS;
    if (!isOld && (excess <= 0 || isYoung)) continue;
    chosen.push({ run, sizeBytes, reason: isOld ? 'age' : 'size' });
    excess -= sizeBytes;
  }
  return chosen;
}
