import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOperatorToken } from '../../src/store/operator-token.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  path = join(folder, 'operator-token');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the operator’s token', () => {
  it('stays the same, and nobody else may read it', () => {
    const token = readOperatorToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    chmodSync(path, 0o644);
    expect(readOperatorToken(folder)).toBe(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is made anew where the file holds something else', () => {
    writeFileSync(path, 'secret');
    const token = readOperatorToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  });
});
