/** Saved outputs that a run could not show in full: what exceeds the limits of runs was cut, or will be. */
import { type Finding, findingOf } from '../domain/finding.ts';
import { measureOutputs } from '../domain/notebook/output-measure.ts';
import type { RunLimits } from '../domain/run/run-limit.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import { sizeWords } from '../domain/text/size.ts';

const REMEDY = 'Show less, write what is large to a file for download, or raise the setting';

/** None if the author wants to hear nothing of it, or a run of this script is not limited so. */
export function reviewOutputs(
  { script, bytes }: Pick<ScriptContent, 'script' | 'bytes'>,
  { outputBytes, outputCount, tables }: Pick<RunLimits, 'outputBytes' | 'outputCount' | 'tables'>,
): readonly Finding[] {
  if (script.ignored?.includes('large-outputs') === true) return [];
  const saved = script.file.endsWith('.ipynb') ? measureOutputs(bytes) : undefined;
  if (saved === undefined) return [];
  const { sizeBytes, displays, largest, table } = saved;
  const found: Finding[] = [];
  const add = (what: string, setting: string, step?: number) =>
    found.push({
      ...findingOf('large-outputs', { what, remedy: `${REMEDY} ${setting}.` }),
      ...(step === undefined ? {} : { where: `step ${step}`, step }),
    });
  if (sizeBytes > outputBytes)
    add(
      `The saved outputs take ${sizeWords(sizeBytes)}, ${sizeWords(largest.sizeBytes)} of them here; a run may have ${sizeWords(outputBytes)}, and the rest is cut off.`,
      'output_limit',
      largest.step,
    );
  if (displays > outputCount)
    add(
      `${displays} tables, pictures and other displays are saved; a run may have ${outputCount}, and the rest is cut off.`,
      'output_count',
    );
  if (table !== undefined && tables.isOn && script.options.keepsTables !== false && table.rows > tables.rows)
    add(
      `The saved table has ${table.rows} rows; of a table, a run keeps ${tables.rows} for download.`,
      'table_rows',
      table.step,
    );
  return found;
}
