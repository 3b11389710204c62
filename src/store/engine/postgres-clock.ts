/** The clock of this machine beside that of the database, which all processes share. */
import { sql } from 'kysely';
import { durationWords } from '../../domain/run/run-message.ts';
import { AppError } from '../../domain/error.ts';
import type { Engine } from './engine.ts';

/**
 * A process whose clock differs by more is refused. Leases are by the clock of the database, but waiting runs would be
 * ended too early, and reports deleted, by the clock of this machine.
 */
const MOST_MS = 60_000;

/** How far this machine's clock is ahead, in milliseconds; half the time of the answer is the error. */
export async function clockAheadMs(engine: Engine): Promise<number> {
  const beganMs = Date.now();
  const { rows } = await sql<{ now: number }>`select ${engine.nowMs(0)} as now`.execute(engine.db);
  return Math.round((beganMs + Date.now()) / 2 - (rows[0]?.now ?? 0));
}

/** Throws `conflict` for a clock that is too far off. */
export async function checkClock(engine: Engine, shown: string): Promise<void> {
  const aheadMs = await clockAheadMs(engine);
  if (Math.abs(aheadMs) > MOST_MS) throw new AppError('conflict', clockProblem(aheadMs, shown));
}

/** In one sentence, and what to do. */
export function clockProblem(aheadMs: number, shown: string): string {
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return `The clock of this machine is ${durationWords(Math.abs(aheadMs))} ${side} that of the database ${shown}. Set both by NTP.`;
}

export const isClockRefused = (aheadMs: number): boolean => Math.abs(aheadMs) > MOST_MS;
