/** Scripts that are rolled back, and scripts with rules of their own, in a real folder and a real database. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createScriptSource } from '../../src/files/script-source.ts';
import { createRolledScriptSource } from '../../src/files/script-source-rolled.ts';
import { createAudit } from '../../src/app/audit/audit.ts';
import { noteScriptRules } from '../../src/app/audit/audit-script-rule.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import { createRuledScriptSource } from '../../src/files/script-source-ruled.ts';
import { languages } from '../../src/language/all.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createRollbackStore } from '../../src/store/rollback.ts';
import { createScriptRuleStore } from '../../src/store/script-rule.ts';

const OLD = '# %%\nold = 1\n';
const NEW = '# %%\nnew = 1\n';
const bytes = (text: string) => new TextEncoder().encode(text);
const to = (text: string, id = 'r') => ({ id, by: 'operator', atMs: 7, bytes: bytes(text) });

async function openScripts() {
  const folder = await mkdtemp(join(tmpdir(), 'rolled-'));
  const engine = openSqlite(':memory:');
  await migrate(engine);
  const store = createRollbackStore({ engine });
  const problems: unknown[] = [];
  const write = async (name: string, text: string) => writeFile(join(folder, name), text);
  await write('sales.py', NEW);
  /** One process. The files are watched. */
  const open = async () => {
    const files = await createScriptSource({ directory: folder, languages: languages() });
    const scripts = await createRolledScriptSource(files, {
      store,
      everyMs: 60_000,
      onProblem: (problem) => void problems.push(problem),
    });
    onTestFinished(() => scripts.close());
    return scripts;
  };
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
    expect(problems).toEqual([]);
  });
  return { store, write, open };
}

type Scripts = Awaited<ReturnType<Awaited<ReturnType<typeof openScripts>>['open']>>;
const sourceOf = async (scripts: Scripts) =>
  (await scripts.read('sales')).notebook.cells.map(({ source }) => source).join();
const isRolled = async (scripts: Scripts) => (await scripts.find('sales'))?.rolledBack !== undefined;

test('stored bytes are published in place of a file, until that is undone', async () => {
  const { open } = await openScripts();
  const scripts = await open();
  let changes = 0;
  scripts.onChange(() => (changes += 1));
  const before = await scripts.find('sales');
  await scripts.control.rollBack('sales', to(OLD));
  expect(await sourceOf(scripts)).toBe('old = 1');
  expect(changes).toBe(1);
  const [listed] = await scripts.list();
  expect(listed).toMatchObject({
    name: 'sales',
    file: 'sales.py',
    state: 'ready',
    rolledBack: { atMs: 7, by: 'operator' },
  });
  expect(listed?.revision).not.toBe(before?.revision);
  expect((await scripts.read('sales')).script).toEqual(listed);
  await scripts.control.lift('sales');
  expect(await scripts.find('sales')).toEqual(before);
  expect(await sourceOf(scripts)).toBe('new = 1');
});

test('it ends when the file or its sidecar changes', async () => {
  const { open, store, write } = await openScripts();
  const scripts = await open();
  await scripts.control.rollBack('sales', to(OLD));
  await write('sales.py', `${NEW}# changed\n`);
  await expect.poll(() => isRolled(scripts), { timeout: 30_000 }).toBe(false);
  await expect.poll(async () => (await store.list()).size, { timeout: 30_000 }).toBe(0);
  expect(await sourceOf(scripts)).toContain('# changed');
  await scripts.control.rollBack('sales', to(OLD, 's'));
  await write('sales.params.json', '{"x-script-runner": {"owner": "Ada"}}');
  await expect.poll(() => isRolled(scripts), { timeout: 30_000 }).toBe(false);
});

test('a broken file can be rolled back, and counts again when it is repaired', async () => {
  const { open, write } = await openScripts();
  const scripts = await open();
  await write('broken.ipynb', '{"cells": [');
  await expect.poll(async () => (await scripts.find('broken'))?.state, { timeout: 30_000 }).toBe('broken');
  await scripts.control.rollBack('broken', to('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'));
  expect(await scripts.find('broken')).toMatchObject({ state: 'ready', rolledBack: { by: 'operator' } });
  await write('broken.ipynb', '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": 1}, "cells": []}');
  await expect.poll(async () => (await scripts.find('broken'))?.rolledBack, { timeout: 30_000 }).toBeUndefined();
});

test('other processes follow, and one that has another file neither uses the rollback nor ends it', async () => {
  const { open, store } = await openScripts();
  const [one, other] = [await open(), await open()];
  await one.control.rollBack('sales', to(OLD));
  await other.refresh();
  expect(await sourceOf(other)).toBe('old = 1');
  const restarted = await open();
  expect(await sourceOf(restarted)).toBe('old = 1');
  await other.control.lift('sales');
  await one.refresh();
  expect(await isRolled(one)).toBe(false);
  const over = { revision: 'of another commit', sidecar: '' };
  await store.put({ script: 'sales', over, ...to(OLD, 'z') });
  await one.refresh();
  await one.refresh();
  expect(await isRolled(one)).toBe(false);
  expect((await store.list()).get('sales')).toBe('z');
});

test('refuses what is too large, no notebook, or no script', async () => {
  const { open, store } = await openScripts();
  const { control } = await open();
  await expect(control.rollBack('sales', to('x'.repeat(4_000_001)))).rejects.toThrow('4 MB can be rolled back to');
  await expect(control.rollBack('sales', to('{"cells": ['))).rejects.toMatchObject({ code: 'invalid' });
  await expect(control.rollBack('none', to(OLD))).rejects.toMatchObject({ code: 'not-found' });
  expect((await store.list()).size).toBe(0);
});

test('rules of scripts are in effect with their files, and remembered after them, in each process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ruled-'));
  const engine = openSqlite(':memory:');
  await migrate(engine);
  const [problems, changed]: [unknown[], string[]] = [[], []];
  const audit = createAudit(createAuditStore({ engine }), () => 5);
  const open = async (directory: string) => {
    const scripts = await createRuledScriptSource(await createScriptSource({ directory, languages: languages() }), {
      store: createScriptRuleStore({ engine }),
      everyMs: 60_000,
      onChange: async (changes) => {
        changed.push(
          ...changes.map(({ type, rule, before = '' }) => `${type} ${rule.script}: ${rule.text} (${before})`),
        );
        await noteScriptRules(audit, changes, false);
      },
      onProblem: (problem) => void problems.push(problem),
    });
    const of = (name: string) => {
      const { said, remembered } = scripts.rules();
      return [said.get(name)?.text, remembered.get(name)?.text];
    };
    return { ...scripts, of };
  };
  const write = async (name: string, access: unknown) =>
    writeFile(join(folder, name), JSON.stringify({ 'x-script-runner': { access } }));
  await writeFile(join(folder, 'pay.py'), NEW);
  const one = await open(folder);
  expect(one.of('pay')).toEqual([undefined, undefined]);
  const listed = async (text: string | undefined) =>
    expect.poll(async () => (await one.list(), one.of('pay')[0]), { timeout: 30_000 }).toBe(text);
  await write('pay.params.json', 'runner @board');
  await listed('runner @board');
  expect((await one.find('pay'))?.access).toEqual({ text: 'runner @board', file: 'pay.params.json' });
  await one.refresh();
  const other = await open(join(folder, 'none'));
  await other.list();
  await other.refresh();
  expect(other.of('pay')).toEqual([undefined, 'runner @board']);
  await write('pay.params.json', ['runner @all']);
  await listed('["runner @all"]');
  expect((await one.review('pay')).map(({ code }) => code)).toEqual(['unreadable-access']);
  await rm(join(folder, 'pay.params.json'));
  await listed(undefined);
  expect(one.of('pay')[1]).toBe('["runner @all"]');
  await one.refresh();
  await other.refresh();
  expect(other.of('pay')).toEqual([undefined, '["runner @all"]']);
  await write('pay.params.json', ['runner @all']);
  await listed('["runner @all"]');
  await one.refresh();
  await write('pay.params.json', 'inherited');
  await listed('inherited');
  await one.refresh();
  await other.refresh();
  expect([one.of('pay'), other.of('pay')]).toEqual([
    ['inherited', undefined],
    [undefined, undefined],
  ]);
  await Promise.all([one.close(), other.close()]);
  const recorded = await createAuditStore({ engine }).list({ action: 'script-rule-changed', limit: 9 });
  await engine.close();
  await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
  expect(changed).toEqual([
    'added pay: runner @board ()',
    // by the process that does not have it
    'gone pay: runner @board (runner @board)',
    'changed pay: ["runner @all"] (runner @board)',
    'gone pay: ["runner @all"] (["runner @all"])',
    'back pay: ["runner @all"] (["runner @all"])',
    'inherited pay: inherited (["runner @all"])',
  ]);
  const by = { actor: 'script-runner', way: 'file', script: 'pay' };
  expect(recorded).toHaveLength(6);
  expect(recorded[0]).toMatchObject({ ...by, details: { change: 'inherited', rule: 'inherited' } });
  expect(recorded[3]).toMatchObject({
    ...by,
    details: {
      ...{ change: 'changed', file: 'pay.params.json', rule: '["runner @all"]', before: 'runner @board' },
      problem: expect.stringMatching(/^script_runner.access is \["runner @all"\], but /) as string,
    },
  });
});
