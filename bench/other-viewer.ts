/** How long another viewer waits while something large goes on. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { start, stop } from './child.ts';
import { digits } from './finding.ts';
import { summary } from './measure.ts';
import type { Look } from './other-viewer-client.ts';
import { until } from './until.ts';

const CLIENT = join(import.meta.dirname, 'other-viewer-client.ts');

/** In milliseconds; the list of each kind. */
export type Looks = Readonly<Record<Look['kind'], readonly number[]>>;

export interface OtherViewer {
  /** What this viewer did while the work went on, also in part. */
  during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly looks: Looks }>;
  close(): Promise<void>;
}

export interface Small {
  readonly url: string;
  readonly script: string;
  /** Address of a run of it. */
  readonly report: string;
}

export function startOtherViewer({ url, script, report }: Small): OtherViewer {
  const child = start(process.execPath, [CLIENT, url, script, report]);
  const all: Look[] = [];
  let said = '';
  createInterface(child.stdout).on('line', (line) => all.push(JSON.parse(line) as Look));
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return {
    async during(work) {
      const beganMs = Date.now();
      const result = await work();
      const endedMs = Date.now();
      await until('another viewer', () => {
        if (child.exitCode !== null) throw new Error(`The other viewer ended:\n${said}`);
        return (all.at(-1)?.atMs ?? 0) > endedMs;
      });
      const meanwhile = all.filter(({ atMs, ms }) => atMs + ms > beganMs && atMs < endedMs);
      const of = (kind: Look['kind']) => meanwhile.filter((each) => each.kind === kind).map(({ ms }) => ms);
      return { result, looks: { read: of('read'), click: of('click') } };
    },
    close: () => stop(child),
  };
}

/** The slowest, and how many there were. */
export function slowestOf(times: readonly number[]): string {
  return times.length === 0 ? 'none' : `${digits(Math.max(...times))} ms of ${times.length}`;
}

/** What is usual, with the slowest. */
export function usualOf(times: readonly number[]): string {
  return `usually ${digits(summary(times).medianMs)} ms, at most ${digits(Math.max(...times))}`;
}

/** By how much the slowest took longer than half of the usual ones. */
export function longerBy(usual: readonly number[], times: readonly number[]): number {
  return Math.max(0, ...times) - summary(usual).medianMs;
}
