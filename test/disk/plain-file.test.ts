import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPlainFileIn, readPlainFile, readPlainTextSync } from '../../src/disk/plain-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plain-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ways: [string, (path: string, limit: number) => Promise<string>][] = [
  ['readPlainFile', async (path, limit) => Buffer.from((await readPlainFile(path, limit)).bytes).toString()],
  ['readPlainTextSync', async (path, limit) => readPlainTextSync(path, limit)],
];
describe.each(ways)('%s', (_, read) => {
  it('reads a file, also through a link', async () => {
    await writeFile(join(folder, 'file'), 'text');
    await symlink('file', join(folder, 'link'));
    expect(await read(join(folder, 'link'), 4)).toBe('text');
  });

  it('reads no more than the limit, also of a file that says it is empty', async () => {
    await writeFile(join(folder, 'file'), 'text');
    await expect(read(join(folder, 'file'), 3)).rejects.toMatchObject({ reason: 'large', sizeBytes: 4 });
    if (process.platform !== 'linux') return;
    await expect(read('/proc/self/environ', 1)).rejects.toMatchObject({ reason: 'large' });
  });

  it('neither waits for a pipe nor reads a device', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await symlink('/dev/zero', join(folder, 'zero'));
    for (const name of ['pipe', 'zero', '.'])
      await expect(read(join(folder, name), 10)).rejects.toMatchObject({ reason: 'other' });
    await expect(read(join(folder, 'nothing'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('openPlainFileIn', () => {
  const read = async (path: string) => {
    const file = await openPlainFileIn(join(folder, 'in'), path);
    try {
      return await file?.readFile('utf8');
    } finally {
      await file?.close();
    }
  };
  beforeEach(async () => {
    await mkdir(join(folder, 'in/sub'), { recursive: true });
    await writeFile(join(folder, 'secret'), 'secret');
    await writeFile(join(folder, 'in/sub/file'), 'text');
  });

  it('follows links in the folder, none out of it, and waits for nothing', async () => {
    await symlink('sub/file', join(folder, 'in/link'));
    await symlink('../secret', join(folder, 'in/out'));
    await symlink('..', join(folder, 'in/up'));
    await symlink('/dev/zero', join(folder, 'in/zero'));
    execFileSync('mkfifo', [join(folder, 'in/pipe')]);
    expect(await Promise.all(['sub/file', 'link'].map(read))).toEqual(['text', 'text']);
    for (const path of ['out', 'up/secret', 'zero', 'pipe', 'sub', 'nothing', '../secret'])
      expect([path, await read(path)]).toEqual([path, undefined]);
  });

  it('never opens another file than the one that it has looked at', async () => {
    await writeFile(join(folder, 'swap.sh'), 'while :; do ln -sfn ../secret in/flip; ln -sfn sub/file in/flip; done');
    const swapping = spawn('sh', ['swap.sh'], { cwd: folder });
    // also the last `ln` that it started
    const ended = once(swapping, 'close');
    const seen = new Set<string | undefined>();
    for (let tries = 0; tries < 5_000 && !(tries > 1_000 && seen.size > 1); tries += 1) seen.add(await read('flip'));
    swapping.kill('SIGKILL');
    await ended;
    expect(seen).not.toContain('secret');
    expect(seen).toContain('text');
  });
});
