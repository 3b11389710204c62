/** Choices from a database and from functions of notebooks, in real kernels: by the API, and by hostile authors. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../../src/main.ts';
import { serveFolder } from '../http/live-site.ts';
import { programsIn } from '../program.ts';
import { testPython } from '../python.ts';

const program = programsIn(import.meta.dirname);

function notebookOf(choices: string, parameters: string): string {
  const cell = (tags: string[], source: string, at: number) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: { tags },
    source,
    outputs: [],
    execution_count: null,
  });
  const last = 'print("ran" , "choices_city" in globals())';
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
    cells: [cell(['choices'], choices, 0), cell(['parameters'], parameters, 1), cell([], last, 2)],
  });
}

interface Field {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly total: number;
  readonly problem?: string;
  readonly detail?: string;
}

describe('choices that a kernel makes', () => {
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'choices-'));
    await mkdir(join(folder, 'scripts'));
    await mkdir(join(folder, '.link'));
    const query = "select id, name || ':region' from stores -- :nothing\n where region = :region order by id";
    const files = {
      'scripts/city.ipynb': notebookOf(
        program('choice-city'),
        'from datetime import date\ncountry = "it"\nsince: date = date(2024, 1, 2)\ncity: str = ""',
      ),
      'scripts/store.ipynb': notebookOf('', 'region = "north"\nstore: int'),
      'scripts/store.params.json': JSON.stringify({ store: { 'x-choices': { connection: 'shop', query } } }),
      'scripts/erase.ipynb': notebookOf('', 'store = ""'),
      'scripts/erase.params.json': JSON.stringify({
        store: { 'x-choices': { connection: 'shop', query: 'delete from stores returning id' } },
      }),
      '.link/link.config': JSON.stringify({ dbs: { shop: { wrapper: 'SqliteDB', path: 'shop.sqlite' } } }),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    execFileSync(testPython(), ['-c', program('choice-shop'), join(folder, 'shop.sqlite')]);
    server = await serveFolder(folder);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const post = (path: string, body: object) =>
    fetch(`${server.url}api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=60' },
      body: JSON.stringify(body),
    });
  const ask = async (script: string, parameters: object, field: string): Promise<Field | undefined> => {
    const reply = await post(`scripts/${script}/choices`, { parameters, limit: 2 });
    return ((await reply.json()) as { fields: Record<string, Field> }).fields[field];
  };
  const runWith = async (script: string, parameters: object) => {
    const reply = await post('runs', { script, parameters });
    return (await reply.json()) as { status: unknown; fields?: { message: string }[] };
  };

  it('are computed for the typed values of other inputs, checked at submit, and not part of the run', async () => {
    expect(await ask('city', { country: 'fr', since: '2025-03-01' }, 'city')).toMatchObject({
      total: 120,
      choices: [
        { value: 'fr-0', label: 'City 0 since 2025' },
        { value: 'fr-1', label: 'City 1 since 2025' },
      ],
    });
    expect((await runWith('city', { country: 'fr', city: 'fr-119' })).status).toBe('succeeded');
    expect((await runWith('city', { country: 'fr', city: 'it-1' })).fields?.[0]?.message).toMatch(
      /^“it-1” is not one of the choices for the other values: fr-0, /,
    );
  });

  it.each<[string, RegExp]>([
    ['fail', /^The choices cannot be read: ValueError: no cities in <fail>$/],
    ['print', /^The code that makes the choices prints too much\.$/],
    ['die', /^The choices cannot be read\. Its program ended\.$/],
    ['many', /ValueError: There are more than 10,000 choices: let them depend on another input\.$/],
    ['text', /TypeError: A function for choices returns a list, not a text\.$/],
    ['quiet', /TypeError: A function for choices returns a list, not None\.$/],
  ])('that go wrong (%s) say so in a sentence, without the traceback', async (country, problem) => {
    const field = await ask('city', { country }, 'city');
    expect([field?.problem, field?.detail, field?.choices]).toEqual([expect.stringMatching(problem), undefined, []]);
  });

  it('are the rows of a query with bound values, which changes nothing', async () => {
    expect(await ask('store', { region: 'south' }, 'store')).toMatchObject({
      total: 5,
      choices: [
        { value: '1', label: "O'Store 1:region" },
        { value: '3', label: "O'Store 3:region" },
      ],
    });
    expect(await ask('store', { region: "x' or '1'='1" }, 'store')).toMatchObject({ total: 0 });
    expect((await runWith('store', { region: 'south', store: 3 })).status).toBe('succeeded');
    expect((await runWith('store', { region: 'south', store: 4 })).fields?.[0]?.message).toContain('“4” is not one of');
    expect((await ask('erase', {}, 'store'))?.problem).toMatch(/^The choices cannot be read: /);
    expect(await ask('store', { region: 'north' }, 'store')).toMatchObject({ total: 5 });
  });

  it('leave nothing behind', async () => {
    await ask('city', { country: 'nowhere' }, 'city');
    await expect.poll(() => readdir(join(folder, 'data/work')), { timeout: 30_000 }).toEqual([]);
  });
});
