import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message } from '../../src/page/message/message.ts';
import { createTemplates, type TemplateProblem } from '../../src/page/template.ts';

const folder = join(import.meta.dirname, '../../src/page/template');
const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.liquid'))
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

test('an icon in a list is that of `render`, whatever it is called', () => {
  const { render } = createTemplates((name) => name);
  const row = { title: 'a', url: '/', last: { url: '/', at: {}, status: { tone: 'good', icon: '"><b>', word: 'x' } } };
  const view = { rows: [row, row], folders: [], recent: [], broken: [], words: {} };
  for (const icon of ['"><b>', 'check', 'check']) {
    row.last.status.icon = icon;
    const html = render('catalogue', { t: message, links: {}, viewer: {}, view });
    expect(html.split(render('icon', { name: icon }))).toHaveLength(3);
    expect(html).not.toContain('<b>');
  }
});

describe.each(templates)('$file', ({ text }) => {
  const tags = [...text.matchAll(/\{[{%](.*?)[%}]\}/gs)].map(([, inside = '']) => inside);

  test('uses only words that exist', () => {
    const words = tags.flatMap((tag) => [...tag.matchAll(/(?<![\w.'])t\.([\w.]+)/g)].map(([, path = '']) => path));
    const missing = words.filter(
      (path) =>
        typeof path
          .split('.')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], message) !== 'string',
    );
    expect(missing).toEqual([]);
  });

  test('escapes everything but what we put together ourselves', () => {
    expect(
      tags.filter(
        (tag) => /\|\s*raw/.test(tag) && !/^(described(By)?|field\.helpHtml|[\w.]+ \| icon) \| raw$/.test(tag.trim()),
      ),
    ).toEqual([]);
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

describe("the project's own templates", () => {
  let own: string;
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'templates-'));
    await writeFile(join(own, 'status.liquid'), '<b>{{ status.word }} of ours</b>');
  });
  afterAll(async () => rm(own, { recursive: true }));

  test('replace ours by name, also where ours include them', async () => {
    const { render } = createTemplates((name) => name, { directory: own });
    expect(render('status', { status: { word: '<i>' } })).toBe('<b>&lt;i&gt; of ours</b>');
    expect(render('time', { at: { iso: 'x', age: 'now', full: 'y' } })).toContain('now</time>');
  });

  test('replace a single control', async () => {
    await mkdir(join(own, 'control'));
    await writeFile(join(own, 'control/time.liquid'), 'a clock for {{ field.name }}');
    const { render } = createTemplates((name) => name, { directory: own });
    expect(render('field', { field: { control: 'time', name: 'at' } })).toContain('a clock for at');
    expect(render('field', { field: { control: 'color', name: 'tint' } })).toContain('type="color"');
  });

  const problems: TemplateProblem[] = [];
  const templatesOf = () =>
    createTemplates((name) => name, { directory: own, onProblem: (problem) => problems.push(problem) });
  const status = { status: { word: 'Done', tone: 'good', icon: 'check' } };

  test.each([
    ['a name that leads out', "{% render '../../etc/hostname' %}", /ENOENT/],
    ['an absolute name', "{% render '/etc/hostname' %}", /ENOENT/],
    ['a link that leads out', "{% render 'link' %}", /link that leads out/],
    ['a tag without end', 'one\n{% if x %}', /not closed/],
    ['a filter that is not there', "a\n{{ 'x' | nothing }}", /undefined filter/],
    ['Tornado', '{% extends "base.html" %}\n{% end %}', /tag "extends" not found/],
    ['a loop without end', '{% for i in (1..100000000) %}{% endfor %}', /limit/],
  ])('fall back to ours for %s, and say where', async (_what, text, expected) => {
    await writeFile(join(own, 'secret.txt'), 'secret');
    await symlink('/etc/hostname', join(own, 'link.liquid')).catch(() => undefined);
    await writeFile(join(own, 'status.liquid'), text);
    problems.length = 0;
    expect(templatesOf().render('status', status)).toContain('Done');
    expect(problems).toMatchObject([{ file: 'status.liquid', what: expect.stringMatching(expected) }]);
    expect(JSON.stringify(problems)).not.toContain(own);
  });

  test.each([
    ['pipe', (path: string) => execFileSync('mkfifo', [path]), /a pipe, a device/],
    ['link to a device', (path: string) => symlink('/dev/zero', path), /link that leads out/],
    ['folder', (path: string) => mkdir(path), /a pipe, a device/],
    [
      'file without end',
      (path: string) => writeFile(path, '').then(() => truncate(path, 1e10)),
      /larger than the server allows/,
    ],
  ])('fall back to ours where a %s has the name, and say so', async (_what, make, expected) => {
    const place = join(own, 'history.liquid');
    await rm(place, { recursive: true, force: true });
    await make(place);
    problems.length = 0;
    expect(() => templatesOf().render('history', {})).not.toThrow();
    expect(problems).toMatchObject([{ file: 'history.liquid', what: expect.stringMatching(expected) }]);
    await rm(place, { recursive: true });
  });

  test('count at once when they change, also in a folder that is new', async () => {
    const { render } = templatesOf();
    for (const text of ['one', 'two']) {
      await writeFile(join(own, 'status.liquid'), text);
      expect(render('status', status)).toBe(text);
    }
    await rm(own, { recursive: true });
    expect(render('status', status)).toContain('Done');
    await mkdir(own);
    await writeFile(join(own, 'status.liquid'), 'three');
    expect(render('status', status)).toBe('three');
  });
});
