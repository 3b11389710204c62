import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reviewTemplates } from '../../src/page/template-review.ts';

test('names what is not used, pipes among it, and what is no folder of templates at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'review-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const templates = join(folder, 'templates');
  expect(await reviewTemplates(templates)).toEqual([]);
  await mkdir(templates);
  await writeFile(join(templates, 'a.html'), 'one\n{% extends "b" %}');
  execFileSync('mkfifo', [join(templates, 'b.html'), join(folder, 'pipe')]);
  expect(await reviewTemplates(templates)).toMatchObject([
    { file: 'templates/a.html', problem: { what: expect.stringContaining('Tornado'), where: 'line 2' } },
    { file: 'templates/b.html', problem: { what: expect.stringContaining('not used') } },
  ]);
  expect(await reviewTemplates(join(folder, 'pipe'))).toMatchObject([
    { file: 'templates', problem: { what: 'This is not a folder.' } },
  ]);
});
