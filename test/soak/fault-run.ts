/** One run of the soak with faults: submitted, disturbed, and checked when it has ended. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { SoakClient, SoakedEvent, SoakedRun } from './client.ts';
import { findNamed, killProcess } from './fault-action.ts';
import type { Fault } from './fault.ts';

/** A run that takes longer counts as hanging. */
const PATIENCE_MS = 300_000;
const EARLY_MS = 1_500;

export interface FaultRun {
  readonly fault: Fault;
  readonly script: string;
  /** Unique; at most 15 characters. */
  readonly token: string;
  readonly mark: string;
  /** From 0 to 1: the moment of the cancellation. */
  readonly moment: number;
}

/**
 * Returns the milliseconds from the fault to the outcome; undefined if the run ended by itself. Throws an
 * AssertionError for a wrong outcome.
 */
export async function tryFault(
  client: SoakClient,
  { fault, script, token, mark, moment }: FaultRun,
): Promise<number | undefined> {
  const { id } = await client.submit(script, { token, mark });
  const ended = new AbortController();
  const { promise: over, reject: giveUp } = Promise.withResolvers<never>();
  const patience = setTimeout(
    () =>
      void client
        .read(`/api/v1/runs/${id}`)
        .then((text) => giveUp(new Error(`this run does not end: ${text}`)), giveUp),
    PATIENCE_MS,
  );
  const end = client.ended(id).finally(() => {
    clearTimeout(patience);
    ended.abort();
  });
  const [done, { run, events }] = await Promise.race([Promise.all([disturb().catch(unlessEnded), end]), over]);
  checkOutcome(run, events);
  const fact = done ?? (await factOf(run, events));
  return fact === undefined ? undefined : Date.parse(run.endedAt) - fact;

  /** A run that has ended by itself cannot be disturbed; its outcome is still checked. */
  function unlessEnded(error: unknown): undefined {
    if (!ended.signal.aborted) throw error;
  }

  /** Returns the time of the fault. */
  async function disturb(): Promise<number | undefined> {
    const { action } = fault;
    if (action === undefined) return undefined;
    if (action === 'cancel at any moment') await wait(moment * EARLY_MS);
    else if (action === 'cancel') await findNamed(token, ended.signal);
    else
      return killProcess(action, token, ended.signal).then((atMs) =>
        action === 'kill the fork server' ? undefined : atMs,
      );
    const atMs = Date.now();
    await client.cancel(id);
    return atMs;
  }

  function checkOutcome({ outcome = {} }: SoakedRun, events: readonly SoakedEvent[]): void {
    const told = `run ${id} (${script}): ${JSON.stringify(outcome)}`;
    for (const [key, value] of Object.entries(fault.outcome)) assert.deepEqual(outcome[key], value, told);
    const printed = events.map((event) => (event.type === 'stream-appended' ? String(event['text']) : '')).join('');
    const begun = printed.match(/begun \S+/g) ?? [];
    assert(
      fault.action === 'cancel at any moment' ? begun.length <= 1 : begun.length === 1,
      `${told}: begun ${begun.length} times`,
    );
    for (const each of begun) assert.equal(each, `begun ${token}`, `${told}: another run's output`);
    if (fault.notice !== undefined)
      assert(
        events.some((event) => event.type === 'notice' && fault.notice?.test(String(event['text']))),
        `${told}: no notice`,
      );
  }

  /** The time of what must end the run: as the script has noted it, or the end of its limit. */
  async function factOf(
    { outcome = {}, artifacts }: SoakedRun,
    events: readonly SoakedEvent[],
  ): Promise<number | undefined> {
    const note = artifacts.find(({ name }) => name === 'fact.txt');
    if (note !== undefined) return Number(await client.read(note.url)) * 1000;
    if (outcome['type'] !== 'timed-out') return undefined;
    const begin = outcome['limit'] === 'wall' ? 'run-started' : 'cell-started';
    const began = events.findLast(({ type }) => type === begin);
    return Date.parse(began?.at ?? '') + Number(outcome['limitMs']);
  }
}
