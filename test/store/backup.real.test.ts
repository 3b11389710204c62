import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run, read } from '../end-to-end/client.ts';
import { startProduct } from '../end-to-end/product.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { scriptRunner } from '../cli/command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('copies a live server while reports run, refuses to overwrite, notices damage, and restores every report', async () => {
  const project = makeProject({
    'scripts/show.ipynb': notebook(
      '# parameters\nn: int = 0',
      `import pathlib, os
from IPython.display import HTML, display
display(HTML(f"<b>{n}</b>" + "x" * 20000))
pathlib.Path(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], "a.txt").write_text(f"file {n}" * 999)`,
    ),
    'scripts/show.params.json': '{"n": {"maximum": 9}}',
  });
  const data = join(folder, 'data');
  const target = join(folder, 'kept');
  const first = await startProduct(project.folder, { data });
  const done = [await run(first.url, 'show', { n: 1 }), await run(first.url, 'show', { n: 2 })];
  const busy = Promise.all([3, 4, 5, 6].map((n) => run(first.url, 'show', { n })));
  const made = await scriptRunner(['backup', target, '--folder', project.folder, '--data', data]);
  expect(made).toMatchObject({ code: 0 });
  expect(await scriptRunner(['backup', target, '--folder', project.folder, '--data', data])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not overwritten'),
  });
  await busy;
  const address = (url: string, id: string) => [`${url}/runs/${id}/report`, `${url}/api/v1/runs/${id}/artifacts/a.txt`];
  const before = await Promise.all(done.flatMap(({ id }) => address(first.url, id)).map(read));
  await first.close();
  expect(readdirSync(target).sort()).toEqual(['back-up.json', 'blobs', 'runs.db']);
  const sidecar = createHash('sha256').update('{"n": {"maximum": 9}}').digest('hex');
  expect(readdirSync(join(target, 'blobs', sidecar.slice(0, 2)))).toContain(sidecar.slice(2));

  const restored = join(folder, 'restored');
  expect(await scriptRunner(['restore', target, '--folder', project.folder, '--data', restored])).toMatchObject({
    code: 0,
  });
  const second = await startProduct(project.folder, { data: restored });
  expect(await Promise.all(done.flatMap(({ id }) => address(second.url, id)).map(read))).toEqual(before);
  const { items } = JSON.parse(await read(`${second.url}/api/v1/runs`)) as { items: { id: string; status: string }[] };
  for (const { id, status } of items.filter((item) => item.status === 'succeeded')) {
    expect(status).toBe('succeeded');
    await read(`${second.url}/runs/${id}/report`);
  }
  await second.close();
  expect(await scriptRunner(['restore', target, '--folder', project.folder, '--data', restored])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not overwritten'),
  });

  const [start = ''] = readdirSync(join(target, 'blobs'));
  const [rest = ''] = readdirSync(join(target, 'blobs', start));
  const blob = join(target, 'blobs', start, rest);
  const bytes = readFileSync(blob);
  chmodSync(blob, 0o600);
  writeFileSync(blob, Buffer.concat([bytes, Buffer.from('!')]));
  expect(
    await scriptRunner(['restore', target, '--folder', project.folder, '--data', join(folder, 'third')]),
  ).toMatchObject({ code: 2, stderr: expect.stringContaining('damaged') });
  expect(readdirSync(folder).sort()).toEqual(['data', 'kept', 'restored']);
  project.remove();
});
