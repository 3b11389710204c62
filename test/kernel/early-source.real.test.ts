/** The kernel that starts before its run is known: it is assigned to the first run, and to no other. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelRequest } from '../../src/domain/kernel/kernel-request.ts';
import { createBench, say } from './fixture.ts';

test('it takes the first Python run, and the next one gets another', async () => {
  const bench = await createBench({ early: true });
  await writeFile(join(bench.scripts, 'data.txt'), 'kept');
  const first = await bench.take({ params: { secret: 'é' }, environment: { FOR_THIS_RUN: 'yes' } });
  expect(first.supply).toBe('cold');
  const { text } = await say(
    first,
    [
      'import json, os',
      'print(os.getcwd(), os.environ["FOR_THIS_RUN"], json.load(open(os.environ["SCRIPT_RUNNER_PARAMS_FILE"]))["secret"])',
      'open("data.txt", "w").write("changed"); mine = 1;',
    ].join('\n'),
  );
  expect(text).toBe(`${bench.scripts} yes é\n`);
  const second = await bench.take();
  expect((await say(second, 'print("mine" in globals(), open("data.txt").read())')).text).toBe('False kept\n');
  expect(await readFile(join(bench.scripts, 'data.txt'), 'utf8')).toBe('kept');
});

test('it is gone when it is not wanted: after a run in another kernel, and at the end', async () => {
  const bench = await createBench({ early: true });
  await expect.poll(bench.processes).not.toEqual([]);
  await expect(bench.take({ kernelName: 'nowhere', language: 'cobol' })).rejects.toThrow('nowhere');
  await bench.supplier.close();
  expect(await bench.processes()).toEqual([]);
});

test('where it cannot start, the run says why', async () => {
  const bench = await createBench({ early: true, python: '/usr/bin/false' });
  await expect(bench.take()).rejects.toThrow('did not start');
});

test('a run that is cancelled meanwhile does not wait for it', async () => {
  const bench = await createBench({ early: true });
  const cancel = new AbortController();
  const acquiring = bench.supplier.acquire(kernelRequest('x', bench.scripts), cancel.signal);
  setImmediate(() => cancel.abort(new Error('cancelled')));
  await expect(acquiring).rejects.toThrow('cancelled');
});
