import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { init } from '../../src/cli/init.ts';
import { readConfig } from '../../src/config/config.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('init', () => {
  it('makes a project whose notebook can be published', async () => {
    await init(folder);
    const source = await createScriptSource({
      directory: readConfig({ target: folder, environment: {} }).project.published,
      languages: languages(),
      watch: false,
    });
    const [script] = await source.list();
    await source.close();
    expect(script).toMatchObject({ name: 'orders', state: 'ready', title: 'Orders by day' });
    expect(Object.keys(script?.schema.properties ?? {})).toEqual(['region', 'since', 'smallest']);
    expect(script?.schema.properties['region']?.enum).toEqual(['all', 'north', 'south', 'west']);
  });

  it('writes a settings file that is right when every line is switched on', async () => {
    await init(folder);
    const path = join(folder, 'script-runner.toml');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/^# (\w+ = )/gm, '$1'));
    expect(readFileSync(path, 'utf8')).toMatch(/^timezone = ""$/m);
    expect(readConfig({ target: folder, environment: {} })).toMatchObject({ port: 16024, python: undefined });
  });

  it('touches nothing that is there', async () => {
    writeFileSync(join(folder, 'script-runner.toml'), 'port = 1');
    await expect(init(folder)).rejects.toThrow(/already exists/);
    expect(readFileSync(join(folder, 'script-runner.toml'), 'utf8')).toBe('port = 1');
  });
});
