/**
 * Parses scripts and remembers the last ones by their very bytes: a run is parsed when it is submitted, when it starts
 * and
 * for its report, each time from the same.
 */
import { createHash } from 'node:crypto';
import type { Language } from '../domain/parameter/language.ts';
import { type ParsedScript, parseScript, type SourceFile } from './script-parse.ts';

const SCRIPTS = 100;
/** Of their files together; a larger one is not remembered. */
const BYTES = 8_000_000;

/** As `parseScript`. */
export type ScriptParser = (name: string, source: SourceFile, sidecar: SourceFile | undefined) => ParsedScript;

export function createScriptMemory(languages: ReadonlyMap<string, Language>): ScriptParser {
  /** The least lately used first. */
  const known = new Map<string, { readonly parsed: ParsedScript; readonly bytes: number }>();
  let total = 0;

  function forget(key: string): void {
    total -= known.get(key)?.bytes ?? 0;
    known.delete(key);
  }

  return (name, source, sidecar) => {
    const key = JSON.stringify([name, source.file, hashOf(source), sidecar?.file, sidecar && hashOf(sidecar)]);
    const bytes = source.bytes.length + (sidecar?.bytes.length ?? 0);
    const parsed = known.get(key)?.parsed ?? parseScript(name, source, sidecar, languages);
    forget(key);
    if (bytes <= BYTES) {
      known.set(key, { parsed, bytes });
      total += bytes;
    }
    for (const oldest of known.keys()) {
      if (known.size <= SCRIPTS && total <= BYTES) break;
      forget(oldest);
    }
    return {
      ...parsed,
      script: { ...parsed.script, updatedAtMs: Math.max(source.modifiedAtMs, sidecar?.modifiedAtMs ?? 0) },
    };
  };
}

function hashOf({ bytes }: SourceFile): string {
  return createHash('sha256').update(bytes).digest('hex');
}
