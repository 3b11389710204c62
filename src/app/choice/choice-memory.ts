/** Keeps lists of choices for a short time, and lets only a few be read at once. */
import { createHash } from 'node:crypto';
import type { Choice } from '../../domain/parameter/choice.ts';
import { ChoiceError, type ChoiceRequest } from '../../domain/script/choice-source.ts';

export const MEMORY_LIMITS = {
  atOnce: 2,
  waiting: 20,
  lists: 200,
  choices: 200_000,
  /** Data of a minute ago is current enough for a form; what failed may be tried again soon. */
  keptMs: 60_000,
  failedMs: 3_000,
};

interface Entry {
  readonly list: Promise<readonly Choice[]>;
  /** Infinity while it is read. */
  untilMs: number;
  size: number;
}

/** `now`: in ms. */
export function createChoiceMemory(now: () => number) {
  const entries = new Map<string, Entry>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = async (): Promise<void> => {
    if (running < MEMORY_LIMITS.atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= MEMORY_LIMITS.waiting)
      throw new ChoiceError('Too many choices are being read now. Try again in a moment.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const read = async (work: () => Promise<readonly Choice[]>): Promise<readonly Choice[]> => {
    await turn();
    try {
      return await work();
    } finally {
      release();
    }
  };
  const bound = (): void => {
    for (const [key, { untilMs }] of entries) if (untilMs <= now()) entries.delete(key);
    let choices = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size, untilMs }] of entries) {
      if (entries.size <= MEMORY_LIMITS.lists && choices <= MEMORY_LIMITS.choices) break;
      if (untilMs === Infinity) continue;
      entries.delete(key);
      choices -= size;
    }
  };

  return {
    /** The list of the same request a short time ago, or that which `work` reads. Throws `ChoiceError`. */
    list(request: ChoiceRequest, work: () => Promise<readonly Choice[]>): Promise<readonly Choice[]> {
      const key = keyOf(request);
      const known = entries.get(key);
      if (known !== undefined && known.untilMs > now()) return known.list;
      const entry: Entry = { list: read(work), untilMs: Infinity, size: 0 };
      entries.set(key, entry);
      entry.list.then(
        ({ length }) => {
          entry.untilMs = now() + MEMORY_LIMITS.keptMs;
          entry.size = length;
          bound();
        },
        () => {
          entry.untilMs = now() + MEMORY_LIMITS.failedMs;
          bound();
        },
      );
      return entry.list;
    },
  };
}

/** The script as it is now: its bytes, and those of its sidecar, which may have the rule. */
function keyOf({ content, rule, inputs }: ChoiceRequest): string {
  const { name, revision } = content.script;
  const named = JSON.stringify([name, revision, rule, Object.entries(inputs).sort()]);
  return createHash('sha256').update(named).digest('base64');
}
