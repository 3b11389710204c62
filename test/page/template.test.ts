import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message } from '../../src/page/message.ts';
import { createTemplates } from '../../src/page/template.ts';

const folder = join(import.meta.dirname, '../../src/page/template');
const templates = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

describe.each(templates)('$file', ({ text }) => {
  const tags = [...text.matchAll(/\{[{%](.*?)[%}]\}/gs)].map(([, inside = '']) => inside);

  test('uses only words that exist', () => {
    const words = tags.flatMap((tag) => [...tag.matchAll(/(?<![\w.'])t\.([\w.]+)/g)].map(([, path = '']) => path));
    const missing = words.filter((path) => typeof path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], message) !== 'string');
    expect(missing).toEqual([]);
  });

  test('escapes everything but what we put together ourselves', () => {
    expect(tags.filter((tag) => /\|\s*raw/.test(tag) && tag.trim() !== 'described | raw')).toEqual([]);
  });

  test('has no inline script, style or handler', () => {
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    expect(text.match(/<script\b[^>]*>/g) ?? []).toEqual(file(text));
  });
});

/** The one script element that the layout has. */
function file(text: string): string[] {
  return text.includes('<!doctype html>') ? [`<script type="module" src="{{ 'app.js' | asset }}">`] : [];
}

describe('the project\'s own templates', () => {
  let own: string;
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'templates-'));
    await writeFile(join(own, 'status.liquid'), '<b>{{ status.word }} of ours</b>');
  });
  afterAll(async () => rm(own, { recursive: true }));

  test('replace ours by name, also where ours include them', async () => {
    const { render } = createTemplates((name) => name, own);
    expect(await render('status', { status: { word: '<i>' } })).toBe('<b>&lt;i&gt; of ours</b>');
    expect(await render('time', { at: { iso: 'x', age: 'now', full: 'y' } })).toContain('now</time>');
  });

  test('cannot be used to read other files', async () => {
    await writeFile(join(own, 'bad.liquid'), "{% render '../../etc/hostname' %}");
    await expect(createTemplates((name) => name, own).render('bad', {})).rejects.toThrow(/ENOENT/);
  });
});
