import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readingText } from '../../src/domain/script/script-reading.ts';
import { createScriptIndex } from '../../src/files/script-index.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';
import { folderWith, notebookText } from './folder.ts';

const spoken = languages();
const small = notebookText([{ markdown: '# Small' }]);
/** Such a file is read on another thread: here, when the test says so. */
const large = notebookText([{ markdown: 'x'.repeat(1_100_000) }]);

it('lists what was read, reads at once what is asked for, and says of nothing too early that it is missing', async () => {
  const readers = Array.from({ length: 8 }, (_, at) => [`a${at}.ipynb`, large] as const);
  const directory = await folderWith({
    ...Object.fromEntries(readers),
    'z/new.ipynb': small,
    'z/new.params.json': '{"x-script-runner": {"aliases": ["old"]}}',
    'z/pair.ipynb': small,
    'z/pair.py': '# %%\nprint(1)\n',
  });
  const gate = Promise.withResolvers<void>();
  const source = await createScriptSource({
    directory,
    languages: spoken,
    watch: false,
    waitMs: 500,
    parseLarge: (...file) => gate.promise.then(() => parseScript(...file, spoken)),
  });
  onTestFinished(() => source.close());
  let changes = 0;
  source.onChange(() => (changes += 1));
  const find = (name: string) =>
    source.find(name).then(
      (script) => script?.state ?? 'missing',
      ({ code }: { code: string }) => code,
    );
  await expect.poll(() => find('z/pair'), { timeout: 30_000 }).toBe('ready');
  expect((await source.read('z/new')).notebook.cells).toHaveLength(1);
  const reading = source.reading?.();
  expect(reading).toMatchObject({ read: 3, total: 11 });
  expect(reading?.scripts.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'z/new ready',
    'z/pair ready',
    'z/pair shadowed',
  ]);
  expect(await Promise.all([find('nothing'), find('old'), find('a1')])).toEqual(Array(3).fill('unavailable'));
  await expect(source.list()).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterS: 5,
    message: `${readingText({ read: 3, total: 11 })} Try again in a moment.`,
  });
  gate.resolve();
  await reading?.ended;
  expect(source.reading?.()).toBeUndefined();
  expect(await source.list()).toHaveLength(11);
  expect(await Promise.all([find('nothing'), find('old'), find('a1')])).toEqual(['missing', 'ready', 'ready']);
  expect(changes).toBe(1);
});

it('ends its reading when it is closed', async () => {
  const source = await createScriptSource({
    directory: await folderWith(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}.ipynb`, small]))),
    languages: spoken,
    waitMs: 30_000,
  });
  const listed = source.list().catch(({ code }: { code: string }) => code);
  await source.close();
  expect(await listed).toBe('unavailable');
});

it('notices what is saved, made and removed while it reads the folder for the first time', async () => {
  const directory = await folderWith({ 'a.ipynb': large, 'b.ipynb': small, 'c/gone.ipynb': small });
  const gate = Promise.withResolvers<void>();
  const source = await createScriptSource({
    directory,
    languages: spoken,
    waitMs: 30_000,
    parseLarge: (...file) => gate.promise.then(() => parseScript(...file, spoken)),
  });
  onTestFinished(() => source.close());
  await expect.poll(() => source.reading?.()?.read, { timeout: 30_000 }).toBe(2);
  await writeFile(join(directory, 'b.ipynb'), notebookText([{ markdown: '# Saved' }]));
  await writeFile(join(directory, 'c/new.ipynb'), small);
  await rm(join(directory, 'c/gone.ipynb'));
  gate.resolve();
  const titles = async () => (await source.list()).map(({ name, title }) => `${name} ${title}`);
  await expect.poll(titles, { timeout: 30_000 }).toEqual([expect.stringMatching('^a '), 'b Saved', 'c/new Small']);
});

it('reads again at its next start what a link leads to, and a sidecar that is one', async () => {
  const sidecar = (title: string) => JSON.stringify({ 'x-script-runner': { title } });
  const directory = await folderWith({
    'scripts/a.ipynb': small,
    'elsewhere/b.ipynb': small,
    'elsewhere/a.json': sidecar('Before'),
  });
  const link = (target: string, path: string) => symlink(join(directory, target), join(directory, path));
  await link('elsewhere/b.ipynb', 'scripts/b.ipynb');
  await link('elsewhere/a.json', 'scripts/a.params.json');
  const titles = async () => {
    const source = await createScriptSource({
      directory: join(directory, 'scripts'),
      languages: spoken,
      followLinks: true,
      watch: false,
      index: createScriptIndex(join(directory, 'index')),
    });
    const all = await source.list();
    await source.close();
    return all.map(({ title }) => title);
  };
  expect(await titles()).toEqual(['Before', 'Small']);
  await writeFile(join(directory, 'elsewhere/a.json'), sidecar('A sidecar'));
  await writeFile(join(directory, 'elsewhere/b.ipynb'), notebookText([{ markdown: '# A file' }]));
  expect(await titles()).toEqual(['A sidecar', 'A file']);
});
