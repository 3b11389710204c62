/** Remembers what reports need of the last scripts, so that each opening of a report need not read its script again. */
import type { Notebook } from '../domain/notebook/notebook.ts';
import type { Run } from '../domain/run/run.ts';
import type { ScriptContent } from '../domain/script/script.ts';

const SCRIPTS = 100;
/** Of all of them together, at two bytes for each character; a larger one is not kept. */
const BYTES = 16_000_000;
const CHAR_BYTES = 2;
/** For what is not counted: the inputs and options of a script. */
const SCRIPT_BYTES = 20_000;

export type Revision = Pick<ScriptContent, 'script' | 'notebook'>;

/** By the hashes of the bytes from which they were read: a changed script is another one. */
export interface RevisionMemory {
  find(run: Run): Revision | undefined;
  /** Drops those that were used least recently beyond the bounds. */
  keep(run: Run, content: ScriptContent): void;
}

export function createRevisionMemory(): RevisionMemory {
  /** The least recently used first. */
  const known = new Map<string, { readonly revision: Revision; readonly bytes: number }>();
  let total = 0;

  function forget(key: string): void {
    total -= known.get(key)?.bytes ?? 0;
    known.delete(key);
  }

  return {
    find(run) {
      const key = keyOf(run);
      const found = known.get(key);
      if (found === undefined) return undefined;
      known.delete(key);
      known.set(key, found);
      return found.revision;
    },
    keep(run, { script, notebook, sidecar }) {
      const bytes = SCRIPT_BYTES + CHAR_BYTES * (charsOf(notebook) + (sidecar?.bytes.length ?? 0));
      if (bytes > BYTES) return;
      const key = keyOf(run);
      forget(key);
      known.set(key, { revision: { script, notebook }, bytes });
      total += bytes;
      for (const oldest of known.keys()) {
        if (known.size <= SCRIPTS && total <= BYTES) break;
        forget(oldest);
      }
    },
  };
}

function keyOf({ script, revision, sidecar }: Run): string {
  return JSON.stringify([script, revision, sidecar?.file, sidecar?.hash]);
}

/** Saved outputs are no part of a script. */
function charsOf({ cells, metadata }: Notebook): number {
  return cells.reduce(
    (sum, { source, ...cell }) => sum + source.length + JSON.stringify([cell.metadata, cell.attachments]).length,
    JSON.stringify(metadata).length,
  );
}
