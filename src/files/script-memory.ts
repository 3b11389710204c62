/**
 * Parses scripts and caches the last ones by their exact bytes: a run is parsed when it is submitted, when it starts
 * and for its report, each time from the same bytes.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { defined } from '../domain/defined.ts';
import type { ParsedScript } from './script-parse.ts';
import type { SourceFile } from './source-file.ts';

const SCRIPTS = 100;
/** Total size of their files; a larger one is not cached. */
const BYTES = 8_000_000;

/** As `parseScript`, here or on another thread. */
export type ScriptParser = (name: string, source: SourceFile, sidecar: SourceFile | undefined) => Promise<ParsedScript>;

export function createScriptMemory(parse: ScriptParser): ScriptParser {
  const known = new LRUCache<string, ParsedScript>({ max: SCRIPTS, maxSize: BYTES });
  return async (name, source, sidecar) => {
    const bytes = source.bytes.length + (sidecar?.bytes.length ?? 0);
    if (bytes > BYTES) return parse(name, source, sidecar);
    const key = JSON.stringify([name, source.file, hashOf(source), sidecar?.file, sidecar && hashOf(sidecar)]);
    const { source: handedBack, ...parsed } = known.get(key) ?? (await parse(name, source, sidecar));
    known.set(key, parsed, { size: Math.max(bytes, 1) });
    return {
      ...parsed,
      ...defined({ source: handedBack }),
      script: { ...parsed.script, updatedAtMs: Math.max(source.modifiedAtMs, sidecar?.modifiedAtMs ?? 0) },
    };
  };
}

function hashOf({ bytes }: SourceFile): string {
  return hash('sha256', bytes);
}
