/**
 * A wall clock that jumps forward: what is older than the jump goes by the old clock while the new one is not
 * confirmed.
 */
import { defined } from '../defined.ts';
import { DAY_MS } from '../milliseconds.ts';

export interface ClockJump {
  /** The first time that the clock showed after it. */
  readonly toMs: number;
  readonly byMs: number;
}

/** The stored state of the clock between two looks, also across restarts. */
export interface KnownClock {
  readonly knownMs: number;
  /** The unconfirmed jump. */
  readonly jump?: ClockJump;
}

/** Longer steps between two looks may be a wrong clock, or a server that was off. */
const STEP_MS = 3 * DAY_MS;
/** How long a jump stays unconfirmed, unless the operator says that the clock is right. */
export const DOUBT_MS = 7 * DAY_MS;
/** More than clocks drift between two looks. */
const DRIFT_MS = 60_000;

export function lookAtClock(before: KnownClock | undefined, nowMs: number): KnownClock {
  const stepMs = nowMs - (before?.knownMs ?? nowMs);
  const doubted = before?.jump !== undefined && isDoubted(before.jump, nowMs) ? before.jump : undefined;
  const jump = stepMs > STEP_MS ? { toMs: nowMs, byMs: stepMs + (doubted?.byMs ?? 0) } : doubted;
  return { knownMs: nowMs, ...defined({ jump }) };
}

/** Undefined once this time has passed, or when the clock was set back to before the jump. */
function isDoubted({ toMs, byMs }: ClockJump, nowMs: number): boolean {
  return nowMs - toMs < DOUBT_MS && nowMs > toMs - byMs / 2;
}

/** The time by the clock from before the jump, as long as earlier reports may still go by it. */
export function beforeJump(jump: ClockJump | undefined, nowMs: number, doubtMs: number): number {
  return jump !== undefined && nowMs - jump.toMs < doubtMs ? nowMs - jump.byMs : nowMs;
}

/**
 * Detects jumps forward while the process lives, by a clock that never jumps; returns the last one, including earlier
 * ones.
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
