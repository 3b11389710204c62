/**
 * Runs in the small machine of `case-folder.real.test.ts`, on a file system that ignores the case of names (VFAT):
 * prints what a folder of scripts there looks like, in one line.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createScriptIndex } from '../../src/files/script-index.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';

const root = join(process.argv[2] ?? '', 'scripts');
mkdirSync(root);
const put = (name: string, text: string) => writeFileSync(join(root, name), text);
const script = (title: string) => `# %% [markdown]\n# # ${title}\n\n# %% tags=["parameters"]\nrows = 5\n`;
const open = (watch: boolean) =>
  createScriptSource({
    directory: root,
    languages: languages(),
    watch,
    index: createScriptIndex(join(root, '../index')),
  });

put('Report.py', script('First'));
put('REPORT.Params.json', '{"rows": {"title": "Lines"}}');
const source = await open(true);
const look = async () => (await source.list()).map(({ name, title, state }) => `${name} ${title} ${state}`);
const found: Record<string, unknown> = { first: await look() };
/** What is listed once it has changed. */
const after = async (act: () => void): Promise<readonly string[]> => {
  const before = JSON.stringify(await look());
  act();
  for (let tries = 0; JSON.stringify(await look()) === before && tries < 300; tries++) await wait(100);
  return look();
};
found['sidecar'] = (await source.find('Report'))?.schema.properties['rows']?.title;
found['spellings'] = await Promise.all(['report', 'REPORT'].map(async (name) => (await source.find(name)) ?? null));
// the same size, within the two seconds that such a file system counts in
found['other spelling saved'] = await after(() => put('report.py', script('Later')));
// Linux ignores a rename of a file to itself
found['only the case renamed'] = await after(() => {
  renameSync(join(root, 'Report.py'), join(root, 'report.tmp'));
  renameSync(join(root, 'REPORT.TMP'), join(root, 'report.py'));
});
found['both names'] = await Promise.all(
  ['Report', 'report'].map(async (name) => (await source.find(name))?.state ?? null),
);
found['read'] = (await source.read('report')).script.file;
found['another'] = await after(() => put('Other.py', script('Other')));
await source.close();
const again = await open(false);
found['next start'] = (await again.list()).map(({ name, title }) => `${name} ${title}`);
await again.close();
rmSync(root, { recursive: true });
console.log(`FOUND ${JSON.stringify(found)}`);
