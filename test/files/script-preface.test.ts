import { describe, expect, it } from 'vitest';
import type { Script } from '../../src/domain/script/script.ts';
import { injectParameters } from '../../src/domain/notebook/notebook-inject.ts';
import { parseScript, type ParsedScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { notebookText } from './folder.ts';

const parse = (...cells: Parameters<typeof notebookText>[0]): ParsedScript =>
  parseScript(
    'a',
    { file: 'a.ipynb', bytes: new TextEncoder().encode(notebookText(cells)), modifiedAtMs: 0 },
    undefined,
    languages(),
  );
const parameters = ({ script }: { script: Script }): unknown => script.schema.properties;

const MERCURY = `---
title: Churn
description: Who may leave
author: Ana
show-code: true
params:
  days: {input: slider, label: Days, value: 30, min: 1, max: 90, step: 1}
  region: {input: select, label: Region, choices: [EU, US], value: EU, multi: false}
  plans: {input: select, choices: [a, b], multi: true, value: [a]}
  span: {input: range, value: [1, 5], min: 0, max: 10}
  strict: {input: checkbox, value: true}
  note: {input: text, rows: 5}
---`;

describe('a preface', () => {
  it('of Mercury tells about the script and its fields', () => {
    const parsed = parse(
      { raw: MERCURY },
      { code: 'import os' },
      { code: 'days = 30\nregion = "EU"\nother = 1' },
      { code: 'days' },
    );
    expect(parsed.script).toMatchObject({
      title: 'Churn',
      description: 'Who may leave',
      owner: 'Ana',
      options: { showCode: true },
    });
    expect(parameters(parsed)).toEqual({
      days: { type: 'integer', minimum: 1, maximum: 90, title: 'Days', default: 30 },
      region: { type: 'string', enum: ['EU', 'US'], title: 'Region', default: 'EU' },
      plans: { type: 'array', items: { enum: ['a', 'b'] }, default: ['a'] },
      span: {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 10 },
        minItems: 2,
        maxItems: 2,
        'x-widget': 'range',
        default: [1, 5],
      },
      strict: { type: 'boolean', default: true },
      note: { type: 'string', format: 'textarea' },
    });
    expect(injectParameters(parsed.notebook, 'new')).toMatchObject({ at: 3 });
    expect(parsed.notebook.cells[0]?.tags).toContain('remove-cell');
  });

  it('of R Markdown may ask for radio buttons, several lines and a slider with two thumbs', () => {
    const kind = 'kind: {input: radio, choices: [a, b], value: a}';
    const span = 'span: {input: slider, value: [10, 20], min: 0, max: 100, step: 10}';
    const parsed = parse({ raw: `---\nparams:\n  ${kind}\n  ${span}\n  note: {input: textarea, value: x}\n---` });
    expect(parameters(parsed)).toEqual({
      kind: { enum: ['a', 'b'], 'x-widget': 'radio', default: 'a' },
      span: {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 100, multipleOf: 10 },
        minItems: 2,
        maxItems: 2,
        'x-widget': 'range',
        default: [10, 20],
      },
      note: { type: 'string', format: 'textarea', default: 'x' },
    });
  });

  it('of Mercury or R Markdown may ask for files', () => {
    const more = 'more: {input: file, multiple: true, accept: [".csv", "image/*"]}';
    const parsed = parse(
      { raw: `---\nparams:\n  orders: {input: file, label: Orders, maxFileSize: 1MB}\n  ${more}\n---` },
      { code: 'open(orders)' },
    );
    const file = { type: 'string', format: 'file' };
    expect(parameters(parsed)).toEqual({
      orders: { ...file, title: 'Orders', 'x-max-bytes': 1_000_000 },
      more: { type: 'array', items: { ...file, 'x-accept': ['.csv', 'image/*'] } },
    });
    expect(parsed.script.schema.required).toEqual(['orders', 'more']);
    expect(parsed.script.findings?.()).toEqual([]);
  });

  it('of Quarto is read with the tagged cell', () => {
    const parsed = parse(
      { raw: '---\ntitle: "Weekly"\nformat: html\nparams:\n  rows: 5\n---' },
      { code: '#| tags: [parameters]\nrows = 3\nmore = "x"' },
    );
    expect(parsed.script.title).toBe('Weekly');
    expect(parameters(parsed)).toEqual({
      rows: { type: 'integer', default: 5 },
      more: { type: 'string', default: 'x' },
    });
  });

  it('of classic rows takes defaults from the cell that assigns them', () => {
    const parsed = parse(
      { markdown: 'title|Orders\nlimit|number|How many\nname|string|Name' },
      { code: 'limit = limit_of(2)' },
      { code: 'limit = 5' },
    );
    expect(parsed.script).toMatchObject({
      title: 'Orders',
      schema: { properties: { limit: { title: 'How many', default: 5 } }, required: ['name'] },
    });
    expect(injectParameters(parsed.notebook, 'new').at).toBe(3);
  });

  it('with broken YAML makes the script broken, and says where', () => {
    expect(() => parse({ raw: '---\ntitle: x\nparams: {a: [1\n---' })).toThrow(
      /^This is not valid YAML: .* \(the first cell, line \d\)/,
    );
    expect(parse({ markdown: '---\n\ntext\n\n---' }).script.title).toBe('A');
  });
});
