/** Fork servers of the environments of scripts: as `fork-source`, for one interpreter after another. */
import { isDefaultPython } from '../process/kernelspec.ts';
import { forkSource, type ForkOptions } from './fork-source.ts';
import type { KernelSource } from './source.ts';

/** Number of environments whose kernels are forked; those used longest ago start cold again. */
const MOST = 4;

/** `python` of the options is the default interpreter, which has a source of its own. */
export function environmentForkSource(options: ForkOptions): KernelSource {
  const sources = new Map<string, KernelSource>();
  let closing: Promise<unknown> = Promise.resolve();

  function sourceOf(python: string): KernelSource {
    const known = sources.get(python);
    sources.delete(python);
    const source = known ?? forkSource({ ...options, python, isKept: false });
    sources.set(python, source);
    for (const [old, { close }] of sources) {
      if (sources.size <= MOST) break;
      sources.delete(old);
      closing = Promise.all([closing, close()]);
    }
    return source;
  }

  return {
    async take(order, signal) {
      const [python = ''] = order.spec.argv;
      if (!isDefaultPython(order.spec) || python === options.python) return undefined;
      return sourceOf(python).take(order, signal);
    },
    expect(needs) {
      const byPython = Map.groupBy(
        needs.filter(({ prefix }) => prefix === undefined),
        ({ python }) => python,
      );
      for (const [python, source] of sources) if (!byPython.has(python)) source.expect?.([]);
      for (const [python, own] of byPython) {
        if (python !== undefined) sourceOf(python).expect?.(own.map(({ imports, kernels }) => ({ imports, kernels })));
      }
    },
    expectedWaiting: () =>
      [...sources.values()].reduce((sum, { expectedWaiting }) => sum + (expectedWaiting?.() ?? 0), 0),
    parents: async () =>
      (await Promise.all([...sources.values()].map(async ({ parents }) => (await parents?.()) ?? []))).flat(),
    waiting: () => [...sources.values()].reduce((sum, { waiting }) => sum + (waiting?.() ?? 0), 0),
    describe: () => [...sources.values()].flatMap(({ describe }) => describe()),
    async close() {
      await Promise.all([closing, ...[...sources.values()].map(({ close }) => close())]);
    },
  };
}
