import { describe, expect, it } from 'vitest';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';
import { injectedValues } from '../../../src/domain/parameter/parameter-injected.ts';
import { parseScript } from '../../../src/files/script-parse.ts';
import { languages } from '../../../src/language/all.ts';
import { notebookBytes } from '../../app/notebook-bytes.ts';

const NOW = { nowMs: Date.parse('2026-03-10T12:00:00Z'), timezone: 'UTC' };

interface Case {
  readonly cell: string;
  readonly sidecar?: object;
  readonly given?: Readonly<Record<string, unknown>>;
  readonly trigger?: string;
}

function inject({ cell, sidecar, given: sent = {}, trigger = 'api' }: Case) {
  const source = { file: 'a.ipynb', bytes: notebookBytes([{ source: cell, tags: ['parameters'] }]), modifiedAtMs: 0 };
  const beside = sidecar && { file: 'a.params.json', bytes: Buffer.from(JSON.stringify(sidecar)), modifiedAtMs: 0 };
  const { script } = parseScript('a', source, beside, languages());
  const { given, values: parameters } = checkValues(script.schema, sent, NOW);
  return { injected: injectedValues({ given, parameters, trigger }, script), parameters };
}

describe('values that are put into a notebook', () => {
  it.each<[string, Case, object]>([
    ['nothing was given', { cell: 'a = 1\nnames = []\nnames.append("x")' }, {}],
    ['some were given', { cell: 'a = 1\nb = 2', given: { b: 3 } }, { b: 3 }],
    ['the API sent the default itself', { cell: 'a = 1', given: { a: 1 } }, { a: 1 }],
    ['the command line sent the default itself', { cell: 'a = 1', given: { a: '1' }, trigger: 'cli' }, { a: 1 }],
    ['a form sent its fields unchanged', { cell: 'a = 1\nc = {}', given: { a: '1', c: '{}' }, trigger: 'form' }, {}],
    ['a form sent one changed', { cell: 'a = 1\nb = 2', given: { a: '1', b: '3' }, trigger: 'form' }, { b: 3 }],
    ['a run was repeated by a form', { cell: 'a = 1\nb = 2', given: { a: '1', b: '3' }, trigger: 'again' }, { b: 3 }],
    ['a default is a relative date', { cell: 'd: date = "-7d"' }, { d: '2026-03-03' }],
    [
      'a form sent a relative default',
      { cell: 'd: date = "-7d"', given: { d: '-7d' }, trigger: 'form' },
      { d: '2026-03-03' },
    ],
    ['a default is text for a date', { cell: 'd: date = "2024-01-31"' }, { d: '2024-01-31' }],
    ['a default is a date', { cell: 'from datetime import date\nd: date = date(2024, 1, 31)' }, {}],
    ['a sidecar has a default', { cell: 'a = 1', sidecar: { a: { default: 2 } } }, { a: 2 }],
    ['a sidecar has the same default', { cell: 'a = 1', sidecar: { a: { default: 1 } } }, { a: 1 }],
    ['a sidecar has bounds alone', { cell: 'a = 1', sidecar: { a: { minimum: 0, title: 'A' } } }, {}],
    ['a sidecar names another type', { cell: 'a = 1', sidecar: { a: { type: 'number' } } }, { a: 1 }],
    ['a sidecar adds one', { cell: 'a = 1', sidecar: { b: { default: 'x' } } }, { b: 'x' }],
    ['a default is an expression', { cell: 'a = 1 + 1' }, {}],
  ])('where %s', (_name, one, expected) => {
    expect(inject(one).injected).toEqual(expected);
  });

  it('are told in full all the same', () => {
    expect(inject({ cell: 'a = 1\nb = 2', given: { b: 3 } }).parameters).toEqual({ a: 1, b: 3 });
  });
});
