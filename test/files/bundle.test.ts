/** Files beside a script: published as a bundle, and made into a folder again on a machine without them. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBundleCache } from '../../src/files/bundle-cache.ts';
import { createBundlePublisher } from '../../src/files/bundle-publish.ts';
import { readManifest } from '../../src/domain/run/bundle.ts';

const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** A store of blobs in memory, which counts what is put. */
function memoryBlobs() {
  const kept = new Map<string, Uint8Array>();
  const puts: string[] = [];
  return {
    kept,
    puts,
    put: async (bytes: Uint8Array) => {
      const hash = sha(bytes);
      puts.push(hash);
      kept.set(hash, bytes);
      return { hash, sizeBytes: bytes.byteLength };
    },
    get: async (hash: string) => kept.get(hash),
    open: async (hash: string) => {
      const bytes = kept.get(hash);
      return (
        bytes && {
          sizeBytes: bytes.byteLength,
          stream: (async function* () {
            yield bytes;
          })(),
        }
      );
    },
  };
}

let folder: string;
let blobs: ReturnType<typeof memoryBlobs>;
const known = new Set<string>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  mkdirSync(join(folder, 'scripts/sales/lib'), { recursive: true });
  mkdirSync(join(folder, 'cache'));
  write('weekly.ipynb', '{}');
  write('data.csv', 'a,b\n1,2\n');
  write('lib/helper.py', 'x = 1\n');
  blobs = memoryBlobs();
  known.clear();
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = (path: string) => join(folder, 'scripts/sales', path);
const write = (path: string, text: string | Uint8Array) => writeFileSync(place(path), text);
const script = () => ({ directory: join(folder, 'scripts/sales'), file: 'sales/weekly.ipynb' });
const runs = { touchBundle: async (hash: string) => known.has(hash) };
const publisher = (limitBytes = 1_000_000) =>
  createBundlePublisher(
    { blobs, runs, now: Date.now },
    { limitBytes, hidden: [place('data-folder')], scripts: join(folder, 'scripts') },
  );
const manifestOf = ({ hash }: { readonly hash: string }) => {
  const found = readManifest(Buffer.from(blobs.kept.get(hash) ?? '').toString());
  return { files: found?.files.map(({ path }) => path), left: found?.left.map(({ path, why }) => `${path}: ${why}`) };
};
const cacheOf = (limitBytes = 1_000_000) => createBundleCache(blobs, { base: join(folder, 'cache'), limitBytes });

it('takes the files beside a script, and nothing hidden, of a package, or of the server', async () => {
  for (const name of ['.git', '.link', 'node_modules', '__pycache__', 'venv', 'data-folder']) mkdirSync(place(name));
  for (const name of [
    '.git/config',
    '.env',
    '.link/link.config',
    'node_modules/x',
    'venv/pyvenv.cfg',
    'data-folder/key',
  ])
    write(name, 'secret');
  write('script-runner.toml', 'port = 1');
  const bundle = await publisher().publish(script());
  expect(manifestOf(bundle)).toEqual({ files: ['data.csv', 'lib/helper.py', 'weekly.ipynb'], left: [] });
  expect(bundle.files.map(({ hash }) => hash).sort()).toEqual([sha('a,b\n1,2\n'), sha('x = 1\n'), sha('{}')].sort());
  expect(await publisher().hashOf(script())).toBe(bundle.hash);
});

it('says what it leaves out: large files, the smallest first taken, and what is no plain file of the folder', async () => {
  write('big.bin', new Uint8Array(900));
  write('small.bin', new Uint8Array(90));
  writeFileSync(join(folder, 'outside.csv'), 'secret');
  symlinkSync(join(folder, 'outside.csv'), place('away.csv'));
  symlinkSync('data.csv', place('same.csv'));
  symlinkSync('lib', place('folder'));
  symlinkSync('nothing', place('dangling'));
  linkSync(place('lib/helper.py'), place('second.py'));
  const { files, left } = manifestOf(await publisher(500).publish(script()));
  expect(files).toEqual(['data.csv', 'same.csv', 'small.bin', 'weekly.ipynb']);
  expect(left).toEqual([
    'away.csv: it is a link that leaves the folder',
    'big.bin: with its 900 B, the folder is larger than 500 B (setting bundle_limit)',
    'folder: it is a link to a folder',
    'lib/helper.py: it has a second name (a hard link)',
    'second.py: it has a second name (a hard link)',
  ]);
});

it('stores nothing that is known, and hashes again what changed, also back to the same size', async () => {
  const publish = publisher();
  const { hash } = await publish.publish(script());
  expect(blobs.puts).toHaveLength(4);
  expect((await publish.publish(script())).hash).toBe(hash);
  expect(blobs.puts).toHaveLength(4);
  known.add(hash);
  expect((await publisher().publish(script())).hash).toBe(hash);
  expect(blobs.puts).toHaveLength(4);
  const { atime, mtime } = statSync(place('data.csv'));
  write('data.csv', 'a,b\n1,3\n');
  utimesSync(place('data.csv'), atime, mtime);
  const changed = await publish.publish(script());
  expect(changed.hash).not.toBe(hash);
  expect(Buffer.from(blobs.kept.get(sha('a,b\n1,3\n')) ?? '').toString()).toContain('1,3');
});

it('is made into the same folder elsewhere, which changes of one run do not spoil for the next', async () => {
  chmodSync(place('lib/helper.py'), 0o755);
  const { hash } = await publisher().publish(script());
  const cache = await cacheOf();
  const one = await cache.open(hash);
  expect(one.directory).toBe(join(one.root, 'sales'));
  expect(readFileSync(join(one.directory, 'data.csv'), 'utf8')).toBe('a,b\n1,2\n');
  expect(statSync(join(one.directory, 'lib/helper.py')).mode & 0o777).toBe(0o755);
  expect((await cache.open(hash)).root).toBe(one.root);
  appendFileSync(join(one.directory, 'data.csv'), 'spoilt');
  const other = await cache.open(hash);
  expect(other.root).not.toBe(one.root);
  expect(readFileSync(join(other.directory, 'data.csv'), 'utf8')).toBe('a,b\n1,2\n');
  await cache.close();
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
});

it('fetches only what it does not have, and makes a bundle once for runs that start together', async () => {
  const publish = publisher();
  const cache = await cacheOf();
  const first = await publish.publish(script());
  const both = await Promise.all([cache.open(first.hash), cache.open(first.hash)]);
  expect(new Set(both.map(({ root }) => root)).size).toBe(1);
  write('data.csv', 'new');
  const second = await publish.publish(script());
  for (const text of ['x = 1\n', '{}']) blobs.kept.delete(sha(text));
  const next = await cache.open(second.hash);
  expect(readFileSync(join(next.directory, 'lib/helper.py'), 'utf8')).toBe('x = 1\n');
  expect(readFileSync(join(next.directory, 'data.csv'), 'utf8')).toBe('new');
  await cache.close();
});

it('removes bundles that no run uses when there is no room, and never one in use', async () => {
  const publish = publisher();
  const cache = await cacheOf(1);
  const first = await cache.open((await publish.publish(script())).hash);
  write('data.csv', 'new');
  const second = await cache.open((await publish.publish(script())).hash);
  expect([existsSync(first.root), existsSync(second.root)]).toEqual([true, true]);
  first.release();
  first.release();
  write('data.csv', 'newer');
  await cache.open((await publish.publish(script())).hash);
  expect([existsSync(first.root), existsSync(second.root)]).toEqual([false, true]);
  await cache.close();
});

it('refuses damaged and missing files, and removes what dead processes left', async () => {
  const { hash } = await publisher().publish(script());
  const cache = await cacheOf();
  blobs.kept.set(sha('x = 1\n'), Buffer.from('y = 1\n'));
  await expect(cache.open(hash)).rejects.toMatchObject({ code: 'unavailable', message: /lib\/helper\.py/ });
  await expect(cache.open('0'.repeat(64))).rejects.toMatchObject({ code: 'unavailable' });
  blobs.kept.set(sha('x = 1\n'), Buffer.from('x = 1\n'));
  expect(existsSync((await cache.open(hash)).directory)).toBe(true);
  const dead = join(folder, 'cache/script-runner-b-aaaaaa');
  mkdirSync(dead);
  writeFileSync(join(dead, 'owner'), '999999999');
  const other = await cacheOf();
  expect([existsSync(dead), existsSync(cache.folder)]).toEqual([false, true]);
  await cache.close();
  await other.close();
});

it('takes what the author names elsewhere in the scripts folder, and nothing beyond it', async () => {
  const at = (path: string) => join(folder, 'scripts', path);
  for (const name of ['shared/deep', 'shared/.git', 'common', '.hidden', 'node_modules'])
    mkdirSync(at(name), { recursive: true });
  for (const name of ['shared/x.csv', 'shared/deep/y.csv', 'shared/.git/config', 'common/z.csv', '.hidden/a'])
    writeFileSync(at(name), name);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), at('shared/out.txt'));
  symlinkSync(folder, at('common/up'));
  symlinkSync(at('common/z.csv'), at('linked.csv'));
  const named = ['../shared', '../common/z.csv', './../linked.csv', '..', '../../secret.txt', '/etc/passwd', 'lib'];
  const refused = ['../common/up/secret.txt', '../.hidden', '../nothing', '../sales/lib/helper.py'];
  const of = (further: readonly string[]) => ({ ...script(), further });
  const bundle = await publisher().publish(of([...named, ...refused]));
  const manifest = readManifest(Buffer.from(blobs.kept.get(bundle.hash) ?? '').toString());
  expect(manifest?.further.map(({ path }) => path)).toEqual([
    'common/z.csv',
    'linked.csv',
    'shared/deep/y.csv',
    'shared/x.csv',
  ]);
  expect(manifest?.left.map(({ path, why }) => `${path}: ${why}`)).toEqual([
    '..: it is not below the scripts folder',
    '../../secret.txt: it is not below the scripts folder',
    '.hidden: it is never taken',
    '/etc/passwd: it is not below the scripts folder',
    'common/up/secret.txt: its folder is not a plain folder',
    'nothing: it is not in the scripts folder',
    'shared/out.txt: it is a link that leaves the folder',
  ]);
  const cache = await cacheOf();
  const { directory, root } = await cache.open(bundle.hash);
  expect(readFileSync(join(directory, '../shared/x.csv'), 'utf8')).toBe('shared/x.csv');
  expect(readFileSync(join(root, 'linked.csv'), 'utf8')).toBe('common/z.csv');
  expect(readFileSync(join(directory, 'data.csv'), 'utf8')).toBe('a,b\n1,2\n');
  await cache.close();
  expect(await publisher().hashOf(of([...named, ...refused]))).toBe(bundle.hash);
  writeFileSync(at('shared/x.csv'), 'changed');
  expect(await publisher().hashOf(of([...named, ...refused]))).not.toBe(bundle.hash);
  // the limit is of all together, the smallest first
  writeFileSync(at('shared/x.csv'), 'x'.repeat(500));
  const { left } = readManifest(
    Buffer.from(blobs.kept.get((await publisher(300).publish(of(['../shared']))).hash) ?? '').toString(),
  )!;
  expect(left.map(({ path }) => path)).toContain('shared/x.csv');
});
