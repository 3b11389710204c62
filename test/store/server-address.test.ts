import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/store/lock.ts';
import { openStore } from '../../src/store/open.ts';
import { findAddress, forgetAddress, tellAddress } from '../../src/store/server-address.ts';

const URL = 'http://127.0.0.1:1/reports/';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'address-'));
  path = join(folder, 'server-address');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the address of a server', () => {
  it('is known while it has the folder, to its own user', () => {
    const unlock = lockFolder(folder);
    expect(findAddress(folder)).toBeUndefined();
    tellAddress(folder, URL);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(findAddress(folder)).toBe(URL);
    forgetAddress(folder);
    expect(findAddress(folder)).toBeUndefined();
    unlock();
  });

  it('that a killed server left is none, and goes with the next one', async () => {
    const unlock = lockFolder(folder);
    tellAddress(folder, URL);
    unlock();
    expect(findAddress(folder)).toBeUndefined();
    const store = await openStore(folder, { retainMs: 1000 });
    expect(existsSync(path)).toBe(false);
    expect(findAddress(folder)).toBeUndefined();
    await store.close();
  });

  it.each([0o620, 0o602])('that others may write is not believed: %o', (mode) => {
    const unlock = lockFolder(folder);
    tellAddress(folder, URL);
    chmodSync(path, mode);
    expect(() => findAddress(folder)).toThrow(/may have been written by others.*chmod 600/);
    unlock();
  });

  it('is missing where there is no data', () => {
    expect(findAddress(join(folder, 'none'))).toBeUndefined();
    writeFileSync(join(folder, 'file'), '');
    expect(findAddress(join(folder, 'file'))).toBeUndefined();
  });
});
