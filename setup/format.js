// Formats the sources: ruff for Python, Prettier for everything else that it supports. With `--check` it changes
// nothing, and fails if a file is not formatted or a line is too long. Runs on Node 20 and later.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '@astral-sh/ruff-wasm-nodejs';
import config from '../prettier.config.js';
import { findNode, ROOT } from './node.js';

const UTF16 = 1;
const check = process.argv.includes('--check');
const problems = [...formatPython(), ...formatRest(), ...(check ? findLongLines() : [])];
for (const problem of problems) console.log(problem);
if (problems.length > 0) console.log('Run npm run format.');
process.exitCode = problems.length === 0 ? 0 : 1;

function formatRest() {
  const prettier = realpathSync(join(ROOT, 'node_modules/.bin/prettier'));
  const mode = check ? ['--check'] : ['--write', '--list-different'];
  const cache = ['--cache', '--cache-location', 'node_modules/.cache/prettier'];
  const { status, stderr } = spawnSync(findNode(), [prettier, '.', ...mode, ...cache, '--log-level', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return status === 0 ? [] : [stderr.trim()];
}

function formatPython() {
  const ruff = new Workspace({ 'target-version': 'py38', 'line-length': config.printWidth }, UTF16);
  return sources('*.py').flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const formatted = ruff.format(text);
    if (formatted === text) return [];
    if (check) return [`${file} is not formatted`];
    writeFileSync(join(ROOT, file), formatted);
    return [];
  });
}

/** A line may be longer only if it contains a string or a regular expression, which no formatter breaks. */
function findLongLines() {
  const isComment = (line) => /^\s*(\/\/|\/?\*|#|""")/.test(line);
  const isLong = (line) => [...line].length > config.printWidth && (isComment(line) || !/['"`/]/.test(line));
  return sources('*.ts', '*.tsx', '*.js', '*.cjs', '*.css', '*.py', '*.sh').flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        isLong(line) ? [`${file}:${index + 1} is longer than ${config.printWidth} characters`] : [],
      ),
  );
}

/**
 * Files that git tracks or would track, without the fixtures of the rules, which break them on purpose, and without the
 * cells of notebooks, which are not all Python.
 */
function sources(...patterns) {
  const list = execFileSync(
    'git',
    ['ls-files', '-z', '-co', '--exclude-standard', '--deduplicate', '--', ...patterns],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return list.split('\0').filter((file) => file !== '' && !/^test\/(rules|fidelity\/make)\//.test(file));
}
