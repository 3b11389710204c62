/** Names that a cell uses although only a later cell gives them a value: it worked in another order of the cells. */
import type { CellNames } from './name-binding.ts';
import type { Reviewer } from './reviewer.ts';

/** Each name once. A notebook that may get names from elsewhere is not reviewed. */
export const cellOrder: Reviewer = function* ({ names }) {
  const known = new Set<string>();
  const found = new Set<string>();
  for (const [cell, here] of names.entries()) {
    if (here.isOpen) return;
    for (const name of here.bound) known.add(name);
    for (const [name, from] of here.used) {
      if (known.has(name) || found.has(name) || isBuiltIn(name)) continue;
      const later = names.findIndex(({ assigned }: CellNames, at) => at > cell && assigned.has(name));
      if (later < 0) continue;
      found.add(name);
      yield {
        cell,
        from,
        code: 'cell-order',
        what: `“${name}” is used here, but only step ${later + 1} gives it a value. A run executes the steps in their order.`,
        remedy: 'Move the step up, then choose Restart Kernel and Run All Cells in Jupyter.',
      };
    }
  }
};

/** Python's own names that notebooks also like to assign. */
const BUILT_IN = new Set(
  (
    'abs all any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits ' +
    'delattr dict dir display divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash ' +
    'help hex id input int isinstance issubclass iter len license list locals map max memoryview min next object oct ' +
    'open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super ' +
    'tuple type vars zip In Out'
  ).split(' '),
);

function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name) || /^_|(?:Error|Exception|Warning)$/.test(name);
}
