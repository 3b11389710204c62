import { expect, it } from 'vitest';
import { loadExecuted, loadReport } from '../../../src/app/report/report-load.ts';
import { createRevisionMemory } from '../../../src/app/revision/revision-memory.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { ScriptContent } from '../../../src/domain/script/script.ts';
import { notebookBytes } from '../notebook-bytes.ts';
import { createTestApp } from '../test-app.ts';

it('reads a script once for all openings of its reports, and a changed one again', async () => {
  const { ctx, notebooks, sidecars, run } = await createTestApp(['first']);
  let reads = 0;
  const scripts: Pick<typeof ctx.scripts, 'parse'> = {
    parse: (...given) => {
      reads += 1;
      return ctx.scripts.parse(...given);
    },
  };
  const reports = { ...ctx, scripts, revisions: createRevisionMemory() };
  const { run: first } = await run();
  const fresh = await loadReport(ctx, first);
  for (let time = 0; time < 3; time++) expect(await loadReport(reports, first)).toEqual(fresh);
  expect((await loadExecuted(reports, first)).notebook).toEqual((await loadExecuted(ctx, first)).notebook);
  expect(reads).toBe(1);
  notebooks.set('sales', notebookBytes(['second']));
  const { run: second } = await run();
  expect((await loadReport(reports, second)).cells.map(({ source }) => source)).toContain('second');
  expect((await loadReport(reports, first)).cells.map(({ source }) => source)).toContain('first');
  expect(reads).toBe(2);
  sidecars.set('sales', Buffer.from('{}'));
  await loadReport(reports, (await run()).run);
  expect(reads).toBe(3);
});

it('forgets what was used least recently beyond its bounds, and keeps nothing that does not fit', () => {
  const { find, keep } = createRevisionMemory();
  const runOf = (revision: string) => ({ script: 'a', revision }) as Run;
  const content = (chars: number) =>
    ({
      script: {},
      notebook: { cells: [{ source: 'x'.repeat(chars), metadata: {}, attachments: {} }], metadata: {} },
    }) as unknown as ScriptContent;
  keep(runOf('huge'), content(8_000_000));
  expect(find(runOf('huge'))).toBeUndefined();
  keep(runOf('used'), content(3_000_000));
  keep(runOf('unused'), content(3_000_000));
  expect(find(runOf('used'))).toBeDefined();
  keep(runOf('new'), content(3_000_000));
  expect([find(runOf('unused')), find(runOf('used')), find(runOf('new'))].map((found) => found !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
  for (let at = 0; at < 100; at++) keep(runOf(`small ${at}`), content(1));
  expect([find(runOf('new')), find(runOf('small 0'))].map((found) => found !== undefined)).toEqual([false, true]);
});
