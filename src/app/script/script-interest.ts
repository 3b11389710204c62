/** Which visitors have the page of a script open: kernels wait for them. Kept in memory, for a minute or two. */
import { LRUCache } from 'lru-cache';
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { defined } from '../../domain/defined.ts';
import { rankDemands, type Demand, type Interest } from '../../domain/kernel/interest.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';
import { findScript } from './script-find.ts';

/** Scripts for which kernels wait at the same time; the sets of imports of recent runs have room beside them. */
export const MOST_EXPECTED = 4;
/** Kernels that wait for visitors of one address without accounts, such as the browsers of one household or office. */
export const KERNELS_OF_ADDRESS = 16;
/** An open page says so every minute. */
const STALE_MS = 150_000;
/** A page that is left still counts for this long: it may be loaded again, or its run may wait for its kernel. */
const LEFT_MS = 10_000;
/** Pages of one visitor, and of all; beyond these, those that were heard of longest ago are forgotten. */
const PAGES_OF_VISITOR = 8;
const PAGES = 2_000;
/** Those of whom it is counted what they say; beyond these, those who said something longest ago are forgotten. */
const VISITORS = 10_000;
/** What one visitor may say in a minute. */
const NOTES = 60;
const MINUTE_MS = 60_000;
const LOOK_MS = 5_000;

/** What a page says of itself. */
export interface InterestNote {
  readonly script: string;
  /** A person, or a browser. */
  readonly visitor: string;
  /** Where a visitor without an account comes from. */
  readonly address?: string;
  /** The page's own name for itself, which nobody else knows: a visitor may have several pages. */
  readonly page: string;
  readonly state: 'open' | 'touched' | 'left';
}

export interface InterestTable {
  /** `script`: its present name. */
  note(note: InterestNote): void;
  state(): InterestState;
  close(): void;
}

export interface InterestState {
  /** Visitors that have the page of a script open. */
  readonly visitors: number;
  /** Kernels that should wait for them. */
  readonly kernels: number;
  /** How many that may be; but one for each of `MOST_EXPECTED` scripts. */
  readonly most: number;
}

export interface InterestOptions {
  now(): number;
  /** Limit of the kernels that wait for pages, as it is now. */
  most(): number;
  /** Gets the scripts for which kernels should wait, the most wanted first, whenever it changes. */
  onChange(demands: readonly Demand[]): void;
}

interface OpenPage extends Interest {
  /** It is forgotten then. */
  readonly untilMs: number;
}

export interface InterestContext {
  readonly scripts: Pick<ScriptSource, 'find' | 'list'>;
  /** Absent: no kernels wait for pages. */
  readonly interests?: InterestTable;
}

/** Throws `not-found` and `forbidden` as the page does, and `limited` where one visitor says too much. */
export async function noteInterest(ctx: InterestContext, actor: Actor, note: InterestNote): Promise<void> {
  const script: Script = await findScript(ctx, actor, note.script, 'run-script');
  if (script.state === 'ready') ctx.interests?.note({ ...note, script: script.name });
}

export function createInterestTable({ now, most, onChange }: InterestOptions): InterestTable {
  /** By their names, in the order in which they were heard of. */
  const pages = new Map<string, OpenPage>();
  const takeRoom = createNoteRoom(now);
  let demands: readonly Demand[] = [];

  function tell(): void {
    const before = JSON.stringify(demands);
    demands = rankDemands(pages.values(), {
      scripts: MOST_EXPECTED,
      kernels: most(),
      perAddress: KERNELS_OF_ADDRESS,
    });
    if (JSON.stringify(demands) !== before) onChange(demands);
  }

  function forget(): void {
    for (const [page, { untilMs }] of pages) if (now() > untilMs) pages.delete(page);
    tell();
  }

  const timer = setInterval(forget, LOOK_MS).unref();
  return {
    note({ script, visitor, address, page, state }) {
      takeRoom(visitor);
      const before = pages.get(page);
      pages.delete(page);
      if (state === 'left') {
        if (before !== undefined) pages.set(page, { ...before, untilMs: Math.min(before.untilMs, now() + LEFT_MS) });
      } else {
        const isTouched = state === 'touched';
        const isSame = before?.script === script && before.isTouched === isTouched;
        const sinceMs = isSame ? before.sinceMs : now();
        const untilMs = now() + STALE_MS;
        pages.set(page, { visitor, ...defined({ address }), script, isTouched, sinceMs, untilMs });
        makeRoom(pages, visitor);
      }
      tell();
    },
    state: () => ({
      visitors: new Set([...pages.values()].map(({ visitor }) => visitor)).size,
      kernels: demands.reduce((sum, { kernels }) => sum + kernels, 0),
      most: most(),
    }),
    close: () => clearInterval(timer),
  };
}

function makeRoom(pages: Map<string, OpenPage>, visitor: string): void {
  const own = [...pages].filter(([, page]) => page.visitor === visitor);
  for (const [key] of own.slice(0, -PAGES_OF_VISITOR)) pages.delete(key);
  const oldest = pages.keys().next();
  if (pages.size > PAGES && oldest.done === false) pages.delete(oldest.value);
}

/** How much each visitor has said in the last minute. Throws `limited`. */
function createNoteRoom(now: () => number): (visitor: string) => void {
  const said = new LRUCache<string, { count: number }>({
    max: VISITORS,
    ttl: MINUTE_MS,
    ttlResolution: 0,
    noUpdateTTL: true,
    perf: { now },
  });
  return (visitor) => {
    const notes = said.get(visitor) ?? { count: 0 };
    notes.count += 1;
    said.set(visitor, notes);
    if (notes.count > NOTES)
      throw new AppError('limited', 'This page says too often that it is open.', { retryAfterS: MINUTE_MS / 1_000 });
  };
}
