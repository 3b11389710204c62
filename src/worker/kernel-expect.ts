/** Makes kernels wait for the scripts whose pages are open: with their imports, or their snapshot. */
import { defined } from '../domain/defined.ts';
import type { Demand } from '../domain/kernel/interest.ts';
import type { KernelNeed } from '../domain/kernel/kernel.ts';
import type { PrepareContext } from './context.ts';
import { importsOf } from './kernel-prepare.ts';
import { prefixOf } from './script-prefix.ts';

/**
 * Returns a function that takes the scripts with their numbers of kernels, the most wanted first; each call replaces
 * the one before. No cell is executed, but those that a script has in a snapshot.
 */
export function createKernelExpectation(ctx: PrepareContext): (demands: readonly Demand[]) => void {
  let wanted: readonly Demand[] = [];
  let working: Promise<void> | undefined;

  async function expectAll(): Promise<void> {
    let done: readonly Demand[] | undefined;
    while (done !== wanted) {
      done = wanted;
      const needs = await Promise.all(done.map((demand) => needOf(ctx, demand)));
      if (done === wanted) ctx.kernels.expect?.(needs.filter((need) => need !== undefined));
    }
    working = undefined;
  }

  return (demands) => {
    wanted = demands;
    working ??= expectAll();
  };
}

/** Undefined for a script that cannot be read now, whose packages are not there yet, or of another language. */
async function needOf(ctx: PrepareContext, { script, kernels }: Demand): Promise<KernelNeed | undefined> {
  const content = await ctx.scripts.read(script).catch(() => undefined);
  if (content?.notebook.language !== 'python') return undefined;
  const declared = ctx.environmentFor?.(content.script);
  const state = declared && ctx.environments?.ensure(declared);
  if (declared !== undefined && state?.type !== 'ready') return undefined;
  const python = state?.type === 'ready' ? state.built.python : undefined;
  const prefix = prefixOf(ctx, content);
  const imports = importsOf(content.notebook.cells, ctx.languages.get('python'));
  return { imports, kernels, ...defined({ python, prefix: prefix && { ...prefix, ...defined({ python }) } }) };
}
