/** The Node that a checkout runs on, before anything is installed. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

it.each([
  ['20.20.2', 'false'],
  ['24.0.0', 'true'],
])('on Node %s, a new checkout says whether this is the Node that it runs on: %s', (version, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(import.meta.dirname, '../../setup'), join(folder, 'setup'), { recursive: true });
  const program = `Object.defineProperty(process.versions, 'node', { value: '${version}' });
    const { isOnNode } = await import(${JSON.stringify(pathToFileURL(join(folder, 'setup/node.js')).href)});
    console.log(isOnNode());`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(said.trim()).toBe(expected);
});
