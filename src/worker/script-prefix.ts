/** The cells of a script that can run once for many runs, as kernels are requested for them. */
import type { Prefix } from '../domain/kernel/kernel.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import { programName } from '../domain/notebook/program-cell.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import type { RunContext } from './context.ts';
import { tableEnvironment } from './run-table.ts';

type Context = Pick<RunContext, 'limits'>;

/** Undefined if the author does not request a snapshot, or there can be none. */
export function prefixOf(
  ctx: Context,
  { script, notebook, directory }: Omit<ScriptContent, 'bytes'>,
): Prefix | undefined {
  const { snapshot, keepsTables } = script.options;
  if (snapshot === undefined || snapshot.problem !== undefined) return undefined;
  // a program is executed as a whole, with the values of its run
  if (notebook.cells.some((cell) => programName(cell) !== undefined)) return undefined;
  return {
    script: script.name,
    kernelName: notebook.kernelName,
    language: notebook.language,
    directory,
    cells: notebook.cells
      .slice(0, snapshot.lastCell + 1)
      .flatMap(({ type, tags, source }: Cell, index) =>
        type === 'code' && source.trim() !== '' && !tags.includes('skip-execution')
          ? [{ index, source, mayFail: tags.includes('raises-exception') }]
          : [],
      ),
    ttlMs: snapshot.ttlMs,
    wallMs: ctx.limits.wallMs,
    cellMs: ctx.limits.cellMs,
    outputBytes: ctx.limits.outputBytes,
    // the run's secrets are not known yet: it writes numbers as text
    tables: keepsTables === false ? '' : (tableEnvironment(ctx.limits.tables, [])['SCRIPT_RUNNER_TABLES'] ?? ''),
  };
}

/** Position of its last one; undefined: it has none. */
export function lastCell({ cells }: Prefix): number | undefined {
  return cells.at(-1)?.index;
}
