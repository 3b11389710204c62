/**
 * Which reports are deleted automatically: those that have expired, then those that expire soonest, until number and
 * size are within their limits.
 */
import { defined } from '../defined.ts';
import type { Script } from '../script/script.ts';
import { DAY_MS, HOUR_MS } from '../milliseconds.ts';

/** Limits of reports; absent members set no limit here. */
export interface Bounds {
  readonly ms?: number;
  readonly count?: number;
  readonly bytes?: number;
}

export interface Retention extends Required<Bounds> {
  /** The settings' limits for one script, by name. */
  readonly rules: (script: string) => Bounds;
}

/** Reports that may be deleted, with their sizes; a file that several reports share counts in part for each. */
export interface Holding {
  readonly count: number;
  readonly bytes: number;
}

/** A report that may be deleted: finished, not kept, not yet deleted. */
export interface Candidate {
  /** Order of submission. */
  readonly number: number;
  readonly id: string;
  readonly script: string;
  readonly title: string;
  readonly endedAtMs: number;
  readonly expiresAtMs: number;
  readonly logBytes: number;
  /** `owners`: how many reports have the file. */
  readonly blobs: readonly { readonly hash: string; readonly sizeBytes: number; readonly owners: number }[];
}

export type ExpiryReason = 'age' | 'count' | 'size';

export interface Expiry {
  readonly id: string;
  readonly script: string;
  readonly title: string;
  readonly reason: ExpiryReason;
  /** What deleting it frees: its log, and files that no other report has. */
  readonly bytes: number;
}

/** What one cleanup freed. */
export interface Cleanup {
  readonly atMs: number;
  readonly reports: Readonly<Record<ExpiryReason, number>>;
  /** Bytes of logs and files. */
  readonly bytes: number;
}

/** A report this young is never deleted for number or size: the person who requested it may not have seen it yet. */
const YOUNG_MS = HOUR_MS;

/** How long the script's reports are kept: by the settings' rule, then the author's wish, then the settings. */
export function retainMs({ ms, rules }: Retention, name: string, script: Script | undefined): number {
  const days = script?.options.retainDays;
  return rules(name).ms ?? (days === undefined ? ms : days * DAY_MS);
}

/** Limits of number and size of one script's reports. */
export function scriptBounds({ rules }: Retention, name: string, script: Script | undefined): Bounds {
  const ruled = rules(name);
  const count = ruled.count ?? script?.options.retainCount;
  const bytes = ruled.bytes ?? script?.options.retainBytes;
  return { ...defined({ count, bytes }) };
}

export function countReasons(expired: readonly Expiry[]): Record<ExpiryReason, number> {
  const count = (wanted: ExpiryReason) => expired.filter(({ reason }) => reason === wanted).length;
  return { age: count('age'), count: count('count'), size: count('size') };
}

export interface StorageUsage {
  readonly bounds: Bounds;
  readonly held: Holding;
}

export interface Chooser {
  /** Candidates must be sorted, those that expire soonest first. */
  consider(candidate: Candidate): Expiry | undefined;
  /** Which scripts exceed their limits: the reason, besides age, to delete one of their reports. */
  over(): { readonly all: boolean; readonly scripts: readonly string[] };
}

/** `expiryMs`: the time by which reports expire; it lags behind when the clock may be wrong. */
export interface Moment {
  readonly nowMs: number;
  readonly expiryMs: number;
}

/** Chooses against what is left after each choice. `scripts`: those with their own limits. */
export function createChooser(
  all: StorageUsage,
  scripts: ReadonlyMap<string, StorageUsage>,
  { nowMs, expiryMs }: Moment,
): Chooser {
  const total = new Scale(all);
  const scales = new Map([...scripts].map(([name, weight]) => [name, new Scale(weight)]));
  /** Remaining owners of shared files. */
  const owners = new Map<string, number>();

  function release({ logBytes, blobs }: Candidate): number {
    return (
      logBytes +
      blobs.reduce((freed, { hash, sizeBytes, owners: before }) => {
        const left = (owners.get(hash) ?? before) - 1;
        owners.set(hash, left);
        return left <= 0 ? freed + sizeBytes : freed;
      }, 0)
    );
  }

  function reasonFor({ script, endedAtMs, expiresAtMs }: Candidate): ExpiryReason | undefined {
    if (expiresAtMs <= expiryMs) return 'age';
    return endedAtMs > nowMs - YOUNG_MS ? undefined : (scales.get(script)?.excess() ?? total.excess());
  }

  return {
    consider(candidate) {
      const reason = reasonFor(candidate);
      if (reason === undefined) return undefined;
      const { id, script, title, logBytes, blobs } = candidate;
      scales.get(script)?.take(blobs.reduce((sum, blob) => sum + blob.sizeBytes / blob.owners, logBytes));
      const bytes = release(candidate);
      total.take(bytes);
      return { id, script, title, reason, bytes };
    },
    over: () => ({
      all: total.excess() !== undefined,
      scripts: [...scales].filter(([, scale]) => scale.excess() !== undefined).map(([name]) => name),
    }),
  };
}

/** What counts towards its limits. */
class Scale {
  readonly #bounds: Bounds;
  #count: number;
  #bytes: number;

  constructor({ bounds, held }: StorageUsage) {
    this.#bounds = bounds;
    this.#count = held.count;
    this.#bytes = held.bytes;
  }

  excess(): ExpiryReason | undefined {
    if (this.#count > (this.#bounds.count ?? Infinity)) return 'count';
    return this.#bytes > (this.#bounds.bytes ?? Infinity) ? 'size' : undefined;
  }

  take(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
  }
}
