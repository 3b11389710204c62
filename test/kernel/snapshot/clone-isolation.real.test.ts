/**
 * Runs of one snapshot stay isolated even if its first cells have changed the process that forks: neither what they
 * leave behind nor that process itself can look into a run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { listProcesses, readProcessFile } from '../../../src/system/proc.ts';
import { say } from '../fixture.ts';
import { created, take, taken } from '../snapshot-fixture.ts';
import { programsIn } from '../../program.ts';

const program = programsIn(import.meta.dirname);

/** Replaces `clone`, which the process of the snapshot calls to fork, by this body. */
const bent = (body: string) => `${program('look-into-others')}
def clone(command, run):
${body.replace(/^/gm, '    ')}
names["clone"] = clone
`;

const SECRET = 'kept = [("VIEWER" + "SECRET" + str(each)) for each in range(1000)]; print("kept")';

/** Living processes of this machine with this name. */
async function named(name: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await listProcesses()) {
    const isNamed = (await readProcessFile(pid, 'comm')).trim() === name;
    if (isNamed && !/^State:\s+Z/m.test(await readProcessFile(pid, 'status'))) found.push(pid);
  }
  return found;
}

const unique = () => `s${process.pid}x${Math.random().toString(36).slice(2, 7)}`;

it.each([
  ['before it forks', 'leave(); honest(command, run)'],
  ['after it has forked', 'honest(command, run); leave()'],
])('kills what the first cells leave %s, before a run is given its values', async (_when, body) => {
  const name = unique();
  const bench = await created();
  const prefix = await taken(bench, [bent(body) + program('leave-a-spy', { name })]);
  const first = await take(bench, prefix);
  expect(first.supply).toBe('snapshot');
  const home = (first.snapshot?.cells.get(0)?.messages[0] as { text: string }).text.trim();
  expect((await say(first, SECRET)).text).toBe('kept\n');
  const others = await Promise.all([take(bench, prefix), take(bench, prefix)]);
  for (const kernel of others)
    expect((await say(kernel, 'print(kept if "kept" in globals() else 0)')).text).toBe('0\n');
  expect(await named(name)).toEqual([]);
  expect(existsSync(join(home, 'spied'))).toBe(false);
});

it('keeps the process that forks from looking into its earlier forks', async () => {
  const bench = await created();
  const prefix = await taken(bench, [bent('tell("said", look())\nhonest(command, run)')]);
  const kernel = await take(bench, prefix);
  const home = (kernel.snapshot?.cells.get(0)?.messages[0] as { text: string }).text.trim();
  expect((await say(kernel, SECRET)).text).toBe('kept\n');
  expect((await take(bench, prefix)).supply).toBe('snapshot');
  const said = readFileSync(join(home, 'said'), 'utf8').trim().split('\n');
  const nothing = '([], [True, True, True, True, True])';
  // Another kernel may be waiting already.
  expect(said.length).toBeGreaterThanOrEqual(2);
  expect(new Set(said)).toEqual(new Set([nothing]));
});

it.each([
  [
    'shared memory',
    'import builtins, mmap\nbuiltins.common = mmap.mmap(-1, 4096)\nhonest(command, run)',
    'shared memory',
  ],
  ['an open file', 'os.closerange = lambda *_: None\nhonest(command, run)', 'an open file'],
  [
    'a socket',
    'import builtins, socket\nbuiltins.common = socket.socketpair()\nos.closerange = lambda *_: None\nhonest(command, run)',
    /sockets|an open file/,
  ],
])('forks no run that would have %s in common with others', async (_what, body, reason) => {
  const bench = await created();
  const prefix = await taken(bench, [bent(body)]);
  const kernel = await take(bench, prefix);
  expect(kernel.supply).not.toBe('snapshot');
  const state = bench.supplier.snapshot?.('sales');
  expect(state).toMatchObject({ type: 'refused', problem: { reason: expect.stringMatching(reason) as string } });
});

it.each([
  ['a folder of /proc', 'names["kept"] = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)', 'an open folder'],
  [
    'a folder of /proc on its way in a socket',
    'import array, socket\na, b = socket.socketpair()\nfolder = os.open("/proc", os.O_RDONLY)\na.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [folder]))])\nos.close(folder); names["kept"] = b; a.close()',
    'sockets',
  ],
])('forks nothing where the process has kept %s', async (_what, body, reason) => {
  const bench = await created();
  const prefix = await taken(bench, [
    `${bent('honest(command, run)')}
from script_runner_kernel.fork import fork_safety
fork_safety.ForkSafety.fault = lambda self: None
${body}
`,
  ]);
  expect((await take(bench, prefix)).supply).not.toBe('snapshot');
  const state = bench.supplier.snapshot?.('sales');
  expect(state).toMatchObject({ type: 'refused', problem: { reason: expect.stringContaining(reason) as string } });
});

it('leaves what other runs have started alone, when several fork at once', async () => {
  const name = unique();
  const bench = await created();
  const prefix = await taken(bench, ['import ctypes, os, subprocess, time']);
  const first = await take(bench, prefix);
  await say(first, program('named-processes', { name }));
  await vi.waitFor(async () => expect(await named(name)).toHaveLength(2));
  const busy = say(first, 'for _ in range(100): subprocess.run(["true"])\nprint("done")');
  for (let round = 0; round < 3; round++) {
    const kernels = await Promise.all([1, 2, 3].map(() => take(bench, prefix)));
    expect(kernels.map(({ withoutSnapshot }) => withoutSnapshot)).toEqual([undefined, undefined, undefined]);
    await Promise.all(kernels.map((kernel) => kernel.kill()));
  }
  expect((await busy).text).toBe('done\n');
  expect(await named(name)).toHaveLength(2);
});
