import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Kernel } from '../../src/domain/kernel/kernel.ts';
import { createBench, say } from './fixture.ts';

/** Runs each piece of hostile code separately; returns its output, or the name of its error. */
async function attempts(kernel: Kernel, pieces: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const piece of pieces) {
    const { messages, text } = await say(kernel, piece);
    const error = messages.find((message) => message.type === 'error');
    answers.push(error === undefined ? text.trim() : `${error.name}: ${error.value}`);
  }
  return answers;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kernel-view-'));
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, 'secret.txt'), 'secret');
  return path;
}

describe.each(['prefork', 'cold'])('a hostile script (%s)', (way) => {
  const poolSize = way === 'cold' ? 0 : 1;

  it('sees neither the server’s data nor other runs, even where they lie below the scripts', async () => {
    const data = await folder();
    const bench = await createBench({ poolSize });
    const inside = join(bench.scripts, '.data');
    await mkdir(join(inside, 'link'), { recursive: true });
    await writeFile(join(inside, 'token'), 'secret');
    await writeFile(join(inside, 'link', 'own.txt'), 'own');
    const hostile = await createBench({ poolSize, hiddenFolders: [data, inside], scriptsDirectory: bench.scripts });
    const take = (changes = {}) => hostile.take({ directory: bench.scripts, ...changes });
    const others = [await take(), await take()];
    const victim = (await say(others[0]!, 'import os; print(os.environ["HOME"])')).text.trim();
    await say(others[0]!, 'open(os.environ["HOME"] + "/mine.txt", "w").write("secret")');
    const kernel = await take({ readablePaths: [join(inside, 'link')] });
    const answers = await attempts(kernel, [
      `import os; print(os.path.exists(${JSON.stringify(join(data, 'secret.txt'))}))`,
      `print(os.path.exists(${JSON.stringify(victim)}), len(os.listdir(${JSON.stringify(join(victim, '../..'))})))`,
      `print(os.listdir(${JSON.stringify(inside)}), open(${JSON.stringify(join(inside, 'link', 'own.txt'))}).read())`,
      'print(os.listdir("/tmp").count("secret.txt"), [name for name in os.listdir("/dev") if name.startswith(("vd", "sd", "nvme", "mem", "kmsg"))])',
    ]);
    expect(answers).toEqual(['False', 'False 1', "['link'] own", '0 []']);
  });

  it('sees no secret beside a database that it may change', async () => {
    const project = await folder();
    await mkdir(join(project, '.link'));
    await writeFile(join(project, '.link', 'link.config'), 'secret');
    const kernel = await (
      await createBench({ poolSize, shownFolders: [project], hiddenFolders: [join(project, '.link')] })
    ).take({ writablePaths: [project] });
    expect(
      await attempts(kernel, [
        `import os; print(os.listdir(${JSON.stringify(join(project, '.link'))}), open(${JSON.stringify(join(project, 'base.db'))}, "w").write("1"))`,
      ]),
    ).toEqual(['[] 1']);
    expect(await readFile(join(project, 'base.db'), 'utf8')).toBe('1');
  });

  it('sees nothing in a file that is hidden, also below a folder that it may change', async () => {
    const [outside, open] = [await folder(), await folder()];
    const files = [join(outside, 'secret.txt'), join(open, 'secret.txt'), join(outside, 'absent.txt')];
    const bench = await createBench({
      poolSize,
      shownFolders: [outside],
      writableFolders: [open],
      hiddenFolders: files,
    });
    const kernel = await bench.take({ writablePaths: [outside] });
    const looks = files.map(
      (file) => `import os; print(os.path.exists(${JSON.stringify(file)}) and open(${JSON.stringify(file)}).read())`,
    );
    expect(await attempts(kernel, looks)).toEqual(['', '', 'False']);
    expect(await readFile(files[0]!, 'utf8')).toBe('secret');
  });

  it('changes nothing beyond its own folders', async () => {
    const outside = await folder();
    const open = await folder();
    const bench = await createBench({ poolSize, shownFolders: [outside], writableFolders: [open] });
    const kernel = await bench.take();
    const answers = await attempts(kernel, [
      `open(${JSON.stringify(join(outside, 'secret.txt'))}, "w")`,
      'open("/etc/hostile", "w")',
      'open("/proc/sys/kernel/core_pattern", "w").write("|/bin/sh")',
      'open("/sys/fs/cgroup/memory/hostile", "w")',
      `open(${JSON.stringify(join(open, 'kept.txt'))}, "w").write("kept")`,
      'import os, tempfile; open(os.path.expanduser("~/a"), "w"); tempfile.NamedTemporaryFile(); open("/tmp/b", "w"); open("/dev/shm/c", "w"); open("/dev/null", "w"); os.urandom(1); print("fine")',
    ]);
    expect(
      answers.slice(0, 4).map((answer) => /Read-only file system|Permission denied|No such file/.test(answer)),
    ).toEqual([true, true, true, true]);
    expect(answers.at(-1)).toBe('fine');
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
    expect(await readFile(join(open, 'kept.txt'), 'utf8')).toBe('kept');
    await expect(access('/tmp/b')).rejects.toThrow();
  });

  it('gets no power back: not by mounting, not in a namespace of its own, not from its supervisor', async () => {
    const data = await folder();
    await mkdir(join(data, 'inner'));
    await writeFile(join(data, 'inner', 'secret.txt'), 'secret');
    const bench = await createBench({ poolSize, shownFolders: [data], hiddenFolders: [join(data, 'inner')] });
    const path = JSON.stringify(join(data, 'inner'));
    const answers = await attempts(await bench.take(), [
      `import ctypes, os; libc = ctypes.CDLL(None, use_errno=True); print(libc.umount2(${path}.encode(), 2), libc.mount(b"none", b"/", None, 4128, None))`,
      `print(libc.unshare(0x10020000) and 0, libc.umount2(${path}.encode(), 2), libc.mount(b"none", b"/", None, 4128, None), os.listdir(${path}))`,
      'open("/proc/1/environ").read()',
      'open("/proc/1/mem", "rb")',
      'print([line.split()[1] for line in open("/proc/self/status") if line.startswith("NoNewPrivs")])',
      'os.kill(1, 9); print("supervisor lives")',
      'os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0))',
    ]);
    expect(answers[0]).toBe('-1 -1');
    expect(answers[1]).toMatch(/^0 -1 -1 \[\]$/);
    expect(answers[2]).toContain('PermissionError');
    expect(answers[3]).toContain('PermissionError');
    expect(answers[4]).toBe("['1']");
    expect(answers[5]).toBe('supervisor lives');
    expect(answers[6]).toContain('PermissionError');
  });
});

it('is the user’s own view where isolation is switched off', async () => {
  const data = await folder();
  const kernel = await (await createBench({ hiddenFolders: [data], isolation: false })).take();
  expect(await attempts(kernel, [`import os; print(os.listdir(${JSON.stringify(data)}))`])).toEqual(["['secret.txt']"]);
});
