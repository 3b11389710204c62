import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlainFile, readPlainTextSync } from '../../src/disk/plain-file.ts';

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
