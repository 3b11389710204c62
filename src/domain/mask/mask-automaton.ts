/**
 * Finds any of many patterns in one pass over a text, in time linear in the text, independent of the patterns. Source:
 * Aho and Corasick, "Efficient string matching", CACM 18 (1975). Flat arrays instead of a graph of objects, since
 * thousands of secrets in several encodings make a million states.
 */
export interface Automaton {
  /**
   * Reports for every position where a pattern ends the longest one that does, as [start, end) in UTF-16 units; returns
   * how many units before `endOfWhole` (a position in the text, at most its end) may be the beginning of a pattern.
   */
  scan(text: string, endOfWhole: number, onMatch: (start: number, end: number) => void): number;
}

interface Trie {
  readonly states: number;
  readonly edge: (state: number, unit: number) => number;
  readonly parent: Int32Array;
  readonly unit: Uint16Array;
  readonly depth: Int32Array;
  /** 1 where a pattern ends. */
  readonly ends: Uint8Array;
}

const NONE = -1;
const ROOT = 0;

/** Patterns must not be empty. */
export function buildAutomaton(patterns: readonly string[]): Automaton {
  const trie = buildTrie(patterns);
  const { edge, depth } = trie;
  const { fail, longest } = linkFailures(trie);
  const first = new Int32Array(0x10000).fill(ROOT);
  for (const pattern of patterns) first[pattern.charCodeAt(0)] = edge(ROOT, pattern.charCodeAt(0));

  return {
    scan(text, endOfWhole, onMatch) {
      let state = ROOT;
      let open = 0;
      let at = 0;
      for (const end of [endOfWhole, text.length]) {
        for (; at < end; at += 1) {
          const unit = text.charCodeAt(at);
          let next = NONE;
          while (state !== ROOT && (next = edge(state, unit)) === NONE) state = fail[state]!;
          state = state === ROOT ? first[unit]! : next;
          const length = longest[state]!;
          if (length > 0) onMatch(at + 1 - length, at + 1);
        }
        if (end === endOfWhole) open = depth[state]!;
      }
      return open;
    },
  };
}

function buildTrie(patterns: readonly string[]): Trie {
  const capacity = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const edges = buildEdges(capacity);
  const parent = new Int32Array(capacity);
  const unit = new Uint16Array(capacity);
  const depth = new Int32Array(capacity);
  const ends = new Uint8Array(capacity);
  let states = 1;
  for (const pattern of patterns) {
    let state = ROOT;
    for (let at = 0; at < pattern.length; at += 1) {
      const code = pattern.charCodeAt(at);
      let next = edges.find(state, code);
      if (next === NONE) {
        next = states++;
        parent[next] = state;
        unit[next] = code;
        depth[next] = at + 1;
        edges.add(state, code, next);
      }
      state = next;
    }
    ends[state] = 1;
  }
  return { states, edge: edges.find, parent, unit, depth, ends };
}

/** `fail`: the state of the longest proper suffix; `longest`: length of the longest pattern that ends in a state. */
function linkFailures({ states, edge, parent, unit, depth, ends }: Trie): { fail: Int32Array; longest: Int32Array } {
  const fail = new Int32Array(states);
  const longest = new Int32Array(states);
  const shallowFirst = Int32Array.from({ length: states }, (_, state) => state).sort((a, b) => depth[a]! - depth[b]!);
  for (const state of shallowFirst) {
    if (state === ROOT) continue;
    let suffix = parent[state]!;
    let next = NONE;
    while (suffix !== ROOT && next === NONE) {
      suffix = fail[suffix]!;
      next = edge(suffix, unit[state]!);
    }
    fail[state] = next === NONE ? ROOT : next;
    longest[state] = ends[state] ? depth[state]! : longest[fail[state]!]!;
  }
  return { fail, longest };
}

/** Edges (state, unit) -> state in an open-addressing hash table: constant time whatever the fan-out. */
function buildEdges(count: number) {
  const bits = Math.ceil(Math.log2(count + 1)) + 1;
  const mask = 2 ** bits - 1;
  const from = new Int32Array(mask + 1).fill(NONE);
  const by = new Uint16Array(mask + 1);
  const to = new Int32Array(mask + 1);
  const slot = (state: number, unit: number): number => {
    let at = ((Math.imul(state, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7) & mask;
    while (from[at] !== NONE && (from[at] !== state || by[at] !== unit)) at = (at + 1) & mask;
    return at;
  };
  return {
    find(state: number, unit: number): number {
      const at = slot(state, unit);
      return from[at] === NONE ? NONE : to[at]!;
    },
    add(state: number, unit: number, target: number): void {
      const at = slot(state, unit);
      from[at] = state;
      by[at] = unit;
      to[at] = target;
    },
  };
}
