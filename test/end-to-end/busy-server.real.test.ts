/**
 * Notebooks and readers that give the server much to do: meanwhile it answers all others, and the report says what is
 * not rendered. Each of these once blocked the server for seconds or minutes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './client.ts';
import { type Product, startProduct } from './product.ts';
import { makeProject, notebook } from './project.ts';

const PUBLISH = 'pub = get_ipython().display_pub.publish\n';
const display = (mime: string, value: string) => `${PUBLISH}pub({"${mime}": ${value}})`;

/** Source of a cell, and what its report must contain. */
const ATTACKS: Readonly<Record<string, readonly [source: string, holds: RegExp]>> = {
  'elements inside each other': [display('text/html', '"<b>" * 300000'), /nested too deep/],
  'elements that close others': [display('text/html', '"<b>" * 400 + "</i>" * 200000'), /<\/b>/],
  'environments that never end': [display('text/latex', '"\\\\begin{a}" * 80000'), /too many to render/],
  'dollars that never end': [display('text/latex', '"$a\\\\" * 60000'), /\$a/],
  'a formula that is too long': [display('text/latex', '"$" + "a+" * 90000 + "$"'), /a\+a\+/],
  'headings of one name': [display('text/markdown', '"# a\\n\\n" * 60000'), /takes too long to render/],
  'footnotes in footnotes': [display('text/markdown', '"a^[b] " * 60000'), /takes too long to render/],
  'formulas that never end': [display('text/markdown', '"a\\n\\\\begin{x}\\n" * 30000'), /begin\{x\}/],
  'a line of many megabytes': ['print("y" * 20_000_000)', /left out here/],
  'colours of every character': ['print("".join(f"\\x1b[{31 + i % 6}mx" for i in range(300_000)))', /left out here|x/],
  'a line that is erased again and again': [
    'print("a" * 16000 + "\\x1b[31m\\x1b[1K\\x1b[32m\\x1b[1K" * 200_000)',
    /.*/,
  ],
  'code of one word': [`"""\n${'_a'.repeat(50_000)}\n"""`, /_a_a/],
};

const project = makeProject({
  ...Object.fromEntries(Object.entries(ATTACKS).map(([name, [source]]) => [`scripts/${name}.ipynb`, notebook(source)])),
  'scripts/form.ipynb': notebook(
    '# parameters\nemail: str = "a@example.org"\nnumber: float = 1.5\nword: str = "a"\nthings: list = []',
  ),
  'scripts/form.params.json': JSON.stringify({
    email: { type: 'string', format: 'email' },
    word: { type: 'string', pattern: '^(a+)+$' },
  }),
});

/** The slowest answer to a health request while `work` goes on, in ms. */
async function slowestAnswer(url: string, work: () => Promise<unknown>): Promise<number> {
  let slowest = 0;
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  const ask = async () => {
    while (!isDone) {
      const startedAt = performance.now();
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
  };
  await Promise.all([done, ask()]);
  return slowest;
}

/** Far less than the server was once blocked for, and far more than a busy machine adds. */
const LIMIT_MS = 1500;

describe('the server answers while it is given much to do', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(project.folder, { flags: { concurrency: '1' } });
    await run(product.url, 'form');
  });
  afterAll(async () => {
    await product.close();
    project.remove();
  });

  it.each(Object.entries(ATTACKS))(
    'by %s',
    async (name, [, holds]) => {
      const made: { id: string; status: string } = await run(product.url, name);
      expect(made.status).toBe('succeeded');
      const pages: string[] = [];
      const slowest = await slowestAnswer(product.url, async () => {
        for (const path of [
          `/runs/${made.id}/report`,
          `/runs/${made.id}/report.html`,
          `/api/v1/runs/${made.id}/report.ipynb`,
          `/runs/${made.id}`,
        ]) {
          const answer = await fetch(product.url + path);
          expect([path, answer.status]).toEqual([path, 200]);
          pages.push(await answer.text());
        }
      });
      console.log(`${name}: slowest answer ${Math.round(slowest)} ms`);
      expect(pages[0]).toMatch(holds);
      expect(slowest).toBeLessThan(LIMIT_MS);
    },
    120_000,
  );

  it.each<[string, Record<string, unknown>]>([
    ['an e-mail address of many dots', { email: `a@${'a.'.repeat(100_000)}@` }],
    ['a number of many digits', { number: `${'9'.repeat(200_000)}e` }],
    ['a text that a pattern backtracks on', { word: `${'a'.repeat(200_000)}!` }],
    ['lists in lists', { things: 'NESTED' }],
  ])('by %s, which it refuses', async (name, parameters) => {
    const slowest = await slowestAnswer(product.url, async () => {
      const answer = await fetch(`${product.url}/api/v1/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ script: 'form', parameters }).replace('"NESTED"', '['.repeat(5000) + ']'.repeat(5000)),
      });
      expect(answer.status).toBe(422);
    });
    console.log(`${name}: slowest answer ${Math.round(slowest)} ms`);
    expect(slowest).toBeLessThan(LIMIT_MS);
  });
});
