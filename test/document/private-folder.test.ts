import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweepPrivateFolders } from '../../src/document/private-folder.ts';

test('folders of killed processes are removed after a day, and no others', async () => {
  const base = mkdtempSync(join(tmpdir(), 'sweep-'));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of ['script-runner-export-abc123', 'script-runner-export-new123', 'script-runner-export-mine', 'x']) {
    mkdirSync(join(base, name));
    writeFileSync(join(base, name, 'report.typ'), 'x');
    if (!name.includes('new')) utimesSync(join(base, name), twoDaysAgo, twoDaysAgo);
  }
  await sweepPrivateFolders([], base);
  expect(readdirSync(base)).toHaveLength(4);
  await sweepPrivateFolders([process.getuid?.() ?? 0], base);
  expect(readdirSync(base).sort()).toEqual(['script-runner-export-mine', 'script-runner-export-new123', 'x']);
});
