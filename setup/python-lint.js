// Lints Python: names that do not exist, imports that nothing uses, syntax newer than the oldest Python that notebooks
// run in. Runs on Node 20 and later.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { ROOT } from './node.js';

const UTF16 = 1;
/** F: the rules of pyflakes; E9: what does not compile. */
const ruff = new Workspace({ 'target-version': 'py38', lint: { select: ['F', 'E9'] } }, UTF16);

const folders = process.argv.length > 2 ? process.argv.slice(2) : ['python', 'bench'];
const files = folders.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(folder, name)),
);
const found = files.flatMap((file) =>
  ruff
    .check(readFileSync(join(ROOT, file), 'utf8'))
    .map(({ code, message, start_location: { row } }) => `${file}:${row} ${code ?? 'syntax'} ${message}`),
);
for (const line of found) console.log(line);
process.exitCode = files.length > 0 && found.length === 0 ? 0 : 1;
