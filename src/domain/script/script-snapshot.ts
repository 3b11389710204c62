/** Which cells of a notebook may be run once for many runs, as its author says; pure. */
import { defined } from '../defined.ts';
import { durationMs } from '../text/duration.ts';
import { isJsonObject, type Json } from '../text/json.ts';
import type { Cell, Notebook } from '../notebook/notebook.ts';
import { isParametersCell } from '../notebook/notebook-inject.ts';
import type { ScriptSnapshot } from './script.ts';
import { HOUR_MS } from '../milliseconds.ts';

const DEFAULT_MS = HOUR_MS;

/**
 * `snapshot: {ttl: "1h"}` or `snapshot: true` in the notebook's metadata: the cells above the parameters. Cells tagged
 * `snapshot`: up to the last of them. Undefined if the author requests none.
 */
export function readSnapshot({ cells, metadata, language }: Notebook): ScriptSnapshot | undefined {
  const own = isJsonObject(metadata.script_runner) ? metadata.script_runner.snapshot : undefined;
  const isAsked = own === true || isJsonObject(own);
  const tagged = cells.findLastIndex((cell) => cell.type === 'code' && cell.tags.includes('snapshot'));
  if (!isAsked && tagged < 0) return undefined;
  const parameters = cells.findIndex(isParametersCell);
  const ttlMs = readTtl(isJsonObject(own) ? own.ttl : undefined);
  const lastCell = tagged >= 0 ? tagged : parameters - 1;
  const problem =
    ttlMs === undefined
      ? 'metadata.script_runner.snapshot.ttl must be a duration such as "10m", "1h" or "1d".'
      : placeProblem(cells, { parameters, lastCell, language });
  return { ttlMs: ttlMs ?? DEFAULT_MS, lastCell, ...defined({ problem }) };
}

function placeProblem(
  cells: readonly Cell[],
  { parameters, lastCell, language }: { parameters: number; lastCell: number; language: string },
): string | undefined {
  if (language !== 'python') return 'Only Python notebooks can have a snapshot.';
  if (parameters < 0 && lastCell < 0)
    return 'No cell is tagged "parameters": the snapshot is of the cells above it. Tag the cells themselves "snapshot" instead.';
  if (parameters >= 0 && lastCell >= parameters)
    return `Cell ${lastCell + 1} is tagged "snapshot" but is not above the inputs (cell ${parameters + 1}). Move it up, or remove the tag.`;
  return cells.slice(0, lastCell + 1).some(({ type, source }) => type === 'code' && source.trim() !== '')
    ? undefined
    : 'There is no code above the inputs.';
}

function readTtl(ttl: Json | undefined): number | undefined {
  if (ttl === undefined) return DEFAULT_MS;
  const text = String(ttl);
  const ms = text.endsWith('ms') ? 0 : durationMs(text);
  return ms > 0 ? ms : undefined;
}
