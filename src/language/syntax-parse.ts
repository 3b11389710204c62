/** Parses code with lezer within bounds: of nesting, and of the work after mistakes. */
import type { parser as anyParser } from '@lezer/python';
import { LRUCache } from 'lru-cache';
import { countedText } from './counted-text.ts';
import type { Tree } from './syntax-tree.ts';

type Parser = typeof anyParser;

/**
 * Steps in which a parser searches how the code goes on after a mistake. A mistake takes about five, each as long as
 * reading 20 tokens of correct code; only nonsense needs as many as this.
 */
export const MOST_RECOVERY_STEPS = 10_000;
/** Nesting of code that is read: what walks over a tree calls itself for each level. */
const MOST_DEPTH = 400;
/** As deep on the parser's stack, where a level of brackets takes up to six numbers. */
const MOST_STACK = 6 * MOST_DEPTH;

export interface ParsedCode {
  /** Empty for code beyond the bounds. */
  readonly tree: Tree;
  /** More than the bound if parsing stopped there; infinite for code that is nested too deeply. */
  readonly recoverySteps: number;
}

/** Each convention reads all cells of a notebook: what was parsed lately is kept. Never throws. */
export type ParseCode = (source: string, mostRecoverySteps?: number) => ParsedCode;

interface ParserTraits {
  /** Mistakes let this parser read far ahead, again and again; that counts as recovery. */
  readonly readsAhead?: boolean;
}

export function boundedParser(parser: Parser, traits: ParserTraits = {}): ParseCode {
  const empty = parser.parse('');
  // size: characters
  const kept = new LRUCache<string, KeptCode>({ max: 1000, maxSize: 500_000 });
  return (source, most = MOST_RECOVERY_STEPS) => {
    let parsed = kept.get(source);
    if (parsed === undefined || (parsed.isStopped && parsed.recoverySteps <= most)) {
      parsed = parseWithin({ ...traits, parser, empty, most }, source);
      kept.set(source, parsed, { size: Math.max(1, source.length) });
    }
    return parsed.recoverySteps > most ? { tree: empty, recoverySteps: parsed.recoverySteps } : parsed;
  };
}

interface KeptCode extends ParsedCode {
  readonly isStopped: boolean;
}

interface Bounds extends ParserTraits {
  readonly parser: Parser;
  readonly empty: Tree;
  readonly most: number;
}

/** What lezer's types leave out: `recovering` counts down the steps after a mistake. */
interface ParseState {
  readonly recovering: number;
  readonly stacks: readonly { readonly stack: readonly number[] }[];
}

function parseWithin({ parser, empty, most, readsAhead }: Bounds, source: string): KeptCode {
  const text = readsAhead === true ? countedText(source) : undefined;
  const parse = parser.startParse(text?.input ?? source) as ReturnType<Parser['startParse']> & ParseState;
  const tooDeep: KeptCode = { tree: empty, recoverySteps: Infinity, isStopped: false };
  let recovery = 0;
  for (;;) {
    const tree = parse.advance();
    const recoverySteps = recovery + (text?.stepsAhead(parse.parsedPos) ?? 0);
    if (tree !== null) return isDeep(tree) ? tooDeep : { tree, recoverySteps, isStopped: false };
    if (parse.recovering > 0) recovery += 1;
    if (recoverySteps > most) return { tree: empty, recoverySteps, isStopped: true };
    // where many brackets stay open, each step takes long
    if ((parse.stacks[0]?.stack.length ?? 0) > MOST_STACK) return tooDeep;
  }
}

function isDeep(tree: Tree): boolean {
  let depth = 0;
  let isDeep = false;
  tree.iterate({
    enter: () => {
      depth += 1;
      isDeep ||= depth > MOST_DEPTH;
      if (!isDeep) return undefined;
      depth -= 1;
      return false;
    },
    leave: () => {
      depth -= 1;
    },
  });
  return isDeep;
}
