/** What is kept of how a notebook looks, and what differs from it now. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellMarks } from './mark.ts';

export type CellDescription = Omit<CellMarks, 'topPx'> & {
  /** See `greySquares`. */
  readonly grey: string;
};

const KEPT = join(import.meta.dirname, 'kept');
/** Other machines have other fonts for some texts, and draw edges differently. */
const HEIGHT_SHARE = 0.15;
const HEIGHT_PX = 30;
/** Mean difference of the squares, of 15. */
const GREY_STEPS = 1;

/** Undefined if nothing has been kept. */
export function readKept(name: string): readonly CellDescription[] | undefined {
  try {
    return JSON.parse(readFileSync(join(KEPT, `${name}.json`), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** One line per cell. */
export function writeKept(name: string, cells: readonly CellDescription[]): void {
  writeFileSync(join(KEPT, `${name}.json`), `[\n${cells.map((cell) => JSON.stringify(cell)).join(',\n')}\n]\n`);
}

export function describeCells(cells: readonly CellMarks[], grey: readonly string[]): CellDescription[] {
  return cells.map(({ topPx: _, ...cell }, index) => ({ ...cell, grey: grey[index] ?? '' }));
}

/** One sentence per difference that a reader would see. */
export function differences(kept: readonly CellDescription[], now: readonly CellDescription[]): string[] {
  if (kept.length !== now.length) return [`it has ${now.length} cells instead of ${kept.length}`];
  return kept.flatMap((cell, index) => {
    const other = now[index];
    return other === undefined ? [] : cellDifferences(cell, other).map((what) => `cell ${index + 1}: ${what}`);
  });
}

function cellDifferences(kept: CellDescription, now: CellDescription): string[] {
  const found: string[] = [];
  if (kept.text !== now.text || kept.textLength !== now.textLength)
    found.push(
      `the text is ${JSON.stringify(now.text)} (${now.textLength}), not ${JSON.stringify(kept.text)} (${kept.textLength})`,
    );
  for (const kind of new Set([...Object.keys(kept.marks), ...Object.keys(now.marks)])) {
    const [before, after] = [kept.marks[kind] ?? 0, now.marks[kind] ?? 0];
    if (before !== after) found.push(`${kind}: ${after} instead of ${before}`);
  }
  if (Math.abs(kept.heightPx - now.heightPx) > Math.max(HEIGHT_PX, kept.heightPx * HEIGHT_SHARE))
    found.push(`it is ${now.heightPx} px high instead of ${kept.heightPx}`);
  const steps = greyDistance(kept.grey, now.grey);
  if (steps > GREY_STEPS) found.push(`the picture differs by ${steps.toFixed(1)} of 15 on average`);
  return found;
}

/** 0 if one of them has no picture. */
function greyDistance(kept: string, now: string): number {
  if (kept.length === 0 || kept.length !== now.length) return 0;
  let sum = 0;
  for (let at = 0; at < kept.length; at++)
    sum += Math.abs(Number.parseInt(kept[at] ?? '0', 16) - Number.parseInt(now[at] ?? '0', 16));
  return sum / kept.length;
}
