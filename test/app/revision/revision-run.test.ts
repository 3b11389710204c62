/** Running a stored revision again. */
import { expect, test } from 'vitest';
import { repeatRun } from '../../../src/app/revision/revision-run.ts';
import { OPERATOR, VIEWER } from '../../../src/domain/access/access.ts';
import { notebookBytes } from '../notebook-bytes.ts';
import { createTestApp } from '../test-app.ts';

const UPLOADER = { actor: OPERATOR, session: '', person: OPERATOR.id };
const PARAMETERS = (source: string) => ({ source, tags: ['parameters'] });
const SECRET = { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } };

test('executes the stored cells with the values that were given', async () => {
  const { ctx, notebooks, run, log } = await createTestApp([PARAMETERS('count: int = 1'), 'old']);
  const { run: first } = await run({ count: '3' });
  notebooks.set('sales', notebookBytes([PARAMETERS('other: str = "x"'), 'new']));
  const again = await repeatRun(ctx, OPERATOR, first.id, UPLOADER);
  expect(again).toMatchObject({ revision: first.revision, given: { count: 3 }, parent: first.id });
  const printed = (await log(again)).flatMap(({ event }) => (event.type === 'stream-appended' ? [event.text] : []));
  expect(printed.join('')).toContain('old');
  expect(printed.join('')).not.toContain('new');
});

test('refuses viewers, and runs with passwords', async () => {
  const { ctx, submit } = await createTestApp([PARAMETERS('key: str = ""')], {}, { metadata: SECRET });
  const { id } = await submit('sales', { key: 'hunter2-hunter2' });
  await expect(repeatRun(ctx, VIEWER, id, UPLOADER)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(repeatRun(ctx, OPERATOR, id, UPLOADER)).rejects.toThrow('This run had a password');
});
