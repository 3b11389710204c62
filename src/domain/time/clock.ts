/**
 * A wall clock that jumps forward: what is older than the jump goes by the clock from before it, as long as the new one
 * is in doubt.
 */
import { defined } from '../defined.ts';

export interface ClockJump {
  /** What the clock said first after it. */
  readonly toMs: number;
  readonly byMs: number;
}

/** What is remembered of the clock between two looks, over restarts too. */
export interface KnownClock {
  readonly knownMs: number;
  /** The jump that is in doubt. */
  readonly jump?: ClockJump;
}

const DAY_MS = 86_400_000;
/** Longer steps from one look to the next may be a wrong clock, or a server that was off. */
const STEP_MS = 3 * DAY_MS;
/** So long a jump is in doubt, unless the operator says that the clock is right. */
export const DOUBT_MS = 7 * DAY_MS;
/** More than clocks drift apart from one look at them to the next. */
const DRIFT_MS = 60_000;

export function lookAtClock(before: KnownClock | undefined, nowMs: number): KnownClock {
  const stepMs = nowMs - (before?.knownMs ?? nowMs);
  const doubted = before?.jump !== undefined && isDoubted(before.jump, nowMs) ? before.jump : undefined;
  const jump = stepMs > STEP_MS ? { toMs: nowMs, byMs: stepMs + (doubted?.byMs ?? 0) } : doubted;
  return { knownMs: nowMs, ...defined({ jump }) };
}

/** No more once it has passed, or when the clock was set back to before it. */
function isDoubted({ toMs, byMs }: ClockJump, nowMs: number): boolean {
  return nowMs - toMs < DOUBT_MS && nowMs > toMs - byMs / 2;
}

/** What the clock from before the jump would say, as long as what was begun then may still count. */
export function beforeJump(jump: ClockJump | undefined, nowMs: number, doubtMs: number): number {
  return jump !== undefined && nowMs - jump.toMs < doubtMs ? nowMs - jump.byMs : nowMs;
}

/**
 * Finds jumps forward while the process lives, by a clock that never jumps; answers the last, earlier ones included.
 */
export function createJumpWatch(
  nowMs: number,
  steadyMs: number,
): (nowMs: number, steadyMs: number) => ClockJump | undefined {
  let before = { nowMs, steadyMs };
  let jump: ClockJump | undefined;
  return (now, steady) => {
    const byMs = now - before.nowMs - (steady - before.steadyMs);
    if (byMs > DRIFT_MS) jump = { toMs: now, byMs: byMs + (jump?.byMs ?? 0) };
    before = { nowMs: now, steadyMs: steady };
    return jump;
  };
}
