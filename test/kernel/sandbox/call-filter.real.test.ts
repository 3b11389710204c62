/** System calls that processes of a kernel are refused, in every kind of kernel, and what still works. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createBench, say } from '../fixture.ts';
import { created, take, taken } from '../snapshot-fixture.ts';
import { programsIn } from '../../program.ts';

const program = programsIn(import.meta.dirname);

/** `said` has the error of each call by name; None if it was executed. */
const TRY = program('system-calls');
const REFUSED = {
  users: 'EPERM',
  groups: 'EPERM',
  both: 'EPERM',
  clone: 'EPERM',
  clone3: 'ENOSYS',
  mount: 'EPERM',
  setns: 'EPERM',
  io_uring: 'ENOSYS',
  files: 'EPERM',
  'own table': 'ENOSYS',
  'file system': null,
  close_range: null,
};
const SAY = 'import json; print(json.dumps(said))';

const machine = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
/** Without namespaces there is nothing for a filter to protect. */
const isFiltered = async () =>
  (await say(await (await createBench()).take(), 'print(open("/proc/self/status").read())')).text.includes(
    'Seccomp:\t2',
  );

it.runIf(machine)('are those that make namespaces, mount, or hide open files', async (context) => {
  if (!(await isFiltered())) return context.skip('kernels have no namespaces here');
  for (const poolSize of [0, 1]) {
    const kernel = await (await createBench({ poolSize })).take();
    expect(JSON.parse((await say(kernel, TRY + SAY)).text)).toEqual(REFUSED);
  }
});

it.runIf(machine)('are those of a snapshot’s cells, too, but for the namespaces of its kernels', async (context) => {
  if (!(await isFiltered())) return context.skip('kernels have no namespaces here');
  const bench = await created();
  // In a child: the process of the snapshot cannot fork kernels once it has another user namespace.
  const inChild = (code: string) =>
    `import os\nr, w = os.pipe()\nif os.fork() == 0:\n    try:\n${code.replace(/^/gm, '        ')}\n        import json; os.write(w, json.dumps(said).encode())\n    finally: os._exit(0)\nos.close(w); os.wait(); answers = os.read(r, 65536).decode(); os.close(r)`;
  const lift = `${TRY}
said["then groups"], said["then mount"] = call(unshare, 0x02000000), call(mount, b"none", b"/tmp", b"cgroup2", 0, 0)`;
  const prefix = await taken(bench, [inChild(lift)]);
  const kernel = await take(bench, prefix);
  const answers = JSON.parse((await say(kernel, 'print(answers)')).text) as object;
  expect(answers).toEqual({ ...REFUSED, users: null, 'then groups': 'EPERM', 'then mount': 'EPERM' });
  expect(JSON.parse((await say(kernel, TRY + SAY)).text)).toEqual(REFUSED);
});

it('are no hindrance to threads, processes and programs', async () => {
  const kernel = await (await createBench()).take();
  const { text } = await say(kernel, program('processes-and-threads'));
  expect(text).toBe('thread\nprogram\nfork [1, 2]\nspawn [1, 2]\nforkserver [1, 2]\n');
});

it('has the numbers of its table from the system’s own headers, where they are installed', (context) => {
  const headers = {
    X86_64: 'asm/unistd_64.h',
    X86_64_LOOK: 'asm/unistd_64.h',
    I386: 'asm/unistd_32.h',
    I386_LOOK: 'asm/unistd_32.h',
    ARM64: 'asm-generic/unistd.h',
    ARM64_LOOK: 'asm-generic/unistd.h',
  };
  const source = readFileSync('python/script_runner_kernel/sandbox/call_filter.py', 'utf8');
  for (const [name, path] of Object.entries(headers)) {
    const found = [`/usr/include/x86_64-linux-gnu/${path}`, `/usr/include/${path}`].flatMap((file) => {
      try {
        return [readFileSync(file, 'utf8')];
      } catch {
        return [];
      }
    })[0];
    if (found === undefined) return context.skip(`${path} is not installed`);
    const table = new RegExp(`^${name} = (\\{.*\\})`, 'm').exec(source)?.[1];
    for (const [call, number] of Object.entries(JSON.parse(table!) as Record<string, number>)) {
      expect(found, `${name} ${call}`).toMatch(new RegExp(`^#define __NR_${call}\\s+${number}$`, 'm'));
    }
  }
});
