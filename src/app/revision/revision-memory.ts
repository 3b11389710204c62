/** Remembers what reports need of the last scripts, so that each opening of a report need not read its script again. */
import { LRUCache } from 'lru-cache';
import type { Notebook } from '../../domain/notebook/notebook.ts';
import type { Run } from '../../domain/run/run.ts';
import type { ScriptContent } from '../../domain/script/script.ts';

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
  const known = new LRUCache<string, Revision>({ max: SCRIPTS, maxSize: BYTES });
  return {
    find: (run) => known.get(keyOf(run)),
    keep(run, { script, notebook, sidecar }) {
      const size = SCRIPT_BYTES + CHAR_BYTES * (charsOf(notebook) + (sidecar?.bytes.length ?? 0));
      known.set(keyOf(run), { script, notebook }, { size });
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
