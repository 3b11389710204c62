/** When the index of a folder's scripts is written: some time after a change, and at the end. */
import type { ScriptIndex } from './script-index.ts';
import type { Known } from './script-known.ts';

/** Changes of scripts are written together. */
const WAIT_MS = 5_000;

/** `of`: what else the content depends on. A file that cannot be written only costs time at the next start. */
export function keepIndex(index: ScriptIndex, of: string) {
  let waiting: readonly Known[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let taken: ReadonlyMap<string, unknown> = new Map();
  let last: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const known = waiting;
    waiting = undefined;
    if (known === undefined) return last;
    const kept = known.filter(({ read, isUnsure }) => read?.state !== 'broken' && !isUnsure);
    last = last
      .then(() =>
        index.write(
          of,
          kept.map((one) => [one.entry.file, one] as const),
        ),
      )
      .catch(() => undefined);
    return last;
  };
  return {
    read: async () => {
      const entries = await index.read(of);
      taken = new Map([...entries].map(([file, { version }]) => [file, version]));
      return entries;
    },
    changed: (known: readonly Known[]): void => {
      const isNew = ({ entry, version, read }: Known) => read?.state !== 'broken' && taken.get(entry.file) !== version;
      if (!known.some(isNew)) return;
      taken = new Map(known.map(({ entry, version }) => [entry.file, version]));
      waiting = known;
      timer ??= setTimeout(() => void write(), WAIT_MS).unref();
    },
    close: write,
  };
}
