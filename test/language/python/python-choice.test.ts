import { describe, expect, it } from 'vitest';
import { readPythonChoices } from '../../../src/language/python/python-choice.ts';

describe('functions of a cell tagged choices', () => {
  it('name an input and those on which its choices depend', () => {
    const source = [
      'import json',
      'def choices_store(region, kind: str = "all", *, open: bool = True, **more) -> list[str]:',
      '    def choices_inner(x): ...',
      '    return [region]',
      '@cached',
      'def choices_shelf(): return []',
      'def helper(a): return a',
      'def choices_(a): return a',
      'choices_value = 5',
      'async def choices_late(x): return []',
    ].join('\n');
    expect(readPythonChoices([source])).toEqual([
      { parameter: 'store', name: 'choices_store', inputs: ['region', 'kind', 'open'] },
      { parameter: 'shelf', name: 'choices_shelf', inputs: [] },
    ]);
  });

  it('are read from several cells, the last of a name counts, and code that is no Python has none', () => {
    expect(readPythonChoices(['def choices_a(x): ...', 'def choices_a(y): ...'])).toEqual([
      { parameter: 'a', name: 'choices_a', inputs: ['y'] },
    ]);
    expect(readPythonChoices(['def choices_a(', ')))', 'x'.repeat(60_000)]).length).toBeLessThan(2);
  });
});
