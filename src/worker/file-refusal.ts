/** The files of a run that its report does not have: one notice with the first names, however many there are. */
import type { Mask } from '../domain/mask/mask.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import { artifactName } from './artifact-name.ts';

/** Named in the notice; the others are counted. */
const SHOWN = 5;
/** Remembered, so that each is counted once; beyond them the notice says “more than”. */
const REMEMBERED = 20_000;

export interface Refusals {
  /** `why` as in “… is not offered: it is a link”. */
  add(key: string, why: string): void;
  /** A limit is reached: `text` is a separate sentence. There are only a few of them. */
  tooMany(text: string): void;
  /** Writes what was added since the last call. */
  tell(): Promise<void>;
}

export function createRefusals(source: {
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
}): Refusals {
  const seen = new Set<string>();
  const bounds = new Set<string>();
  let shown: { readonly key: string; readonly why: string }[] = [];
  let more = 0;

  const notice = (text: string) => source.write({ type: 'notice', text });
  const nameOf = (key: string) => `“${artifactName(source.mask, key)}”`;

  return {
    add(key, why) {
      if (seen.has(key)) return;
      if (seen.size < REMEMBERED) seen.add(key);
      if (shown.length < SHOWN) shown.push({ key, why });
      else more += 1;
    },
    tooMany(text) {
      bounds.add(text);
    },
    async tell() {
      const named = shown.map(({ key, why }) => `${nameOf(key)} (${why})`);
      const [only] = shown;
      shown = [];
      const rest = more;
      more = 0;
      if (named.length === 1 && only !== undefined)
        await notice(`The file ${nameOf(only.key)} is not offered: ${only.why}.`);
      else if (named.length > 1)
        await notice(`These files are not offered: ${named.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}.`);
      for (const text of bounds) await notice(text);
      bounds.clear();
    },
  };
}
