/** One run of a hostile notebook: submitted, read in every way, and checked. */
import assert from 'node:assert/strict';
import type { SoakClient, SoakedEvent, SoakedRun } from './client.ts';
import type { Hostile } from './hostile.ts';

/** A run that takes longer counts as hanging. */
const PATIENCE_MS = 300_000;
/** Number of downloads and of cells that are read per run. */
const MOST_READ = 20;

export interface HostileSurroundings {
  /** Values by the name of the parameter. */
  readonly values: Readonly<Record<string, string>>;
  /** What nobody may ever read, by its description. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Returns the type of the outcome. Throws an AssertionError that names the run and what is wrong. */
export async function tryHostile(
  client: SoakClient,
  hostile: Hostile,
  { values, secrets }: HostileSurroundings,
): Promise<string> {
  const { id } = await client.submit(hostile.name, await declared(client, hostile.name, values));
  const { run, events } = await within(client.ended(id), `the run ${id} of ${hostile.name} does not end`);
  const told = `${hostile.name}, run ${id}, ${JSON.stringify(run.outcome).slice(0, 300)}`;
  const outcome = String(run.outcome?.['type']);
  const outputs = events.filter(isOutput).map((event) => JSON.stringify(event));
  const pages = await within(readAll(client, run), `${told}: cannot be read`);
  pages.set('the log', JSON.stringify(events));

  if (hostile.outcomes !== undefined)
    assert(hostile.outcomes.includes(outcome), `${told}: may end ${hostile.outcomes.join(' or ')}, not ${outcome}`);
  for (const output of outputs) assert(!output.includes('BROKEN'), `${told}: ${around(output, 'BROKEN')}`);
  for (const wanted of hostile.prints)
    assert(
      outputs.some((output) => wanted.test(output)),
      `${told}: no output matches ${wanted}`,
    );
  for (const [where, text] of pages) {
    for (const [what, secret] of Object.entries(secrets))
      assert(!text.includes(secret), `${told}: ${where} holds ${what}: ${around(text, secret)}`);
    for (const never of hostile.never)
      assert(!never.test(text), `${told}: ${where} matches ${never}: ${never.exec(text)?.[0].slice(0, 200)}`);
  }
  return outcome;
}

function isOutput({ type }: SoakedEvent): boolean {
  return ['stream-appended', 'output-added', 'output-updated', 'result-published', 'progress', 'notice'].includes(type);
}

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return JSON.stringify(text.slice(Math.max(0, at - 100), at + 200));
}

/** The values of the parameters that the script has. */
async function declared(
  client: SoakClient,
  script: string,
  values: HostileSurroundings['values'],
): Promise<Readonly<Record<string, string>>> {
  const { schema } = JSON.parse(await client.read(`/api/v1/scripts/${script}`)) as {
    schema: { properties?: Readonly<Record<string, unknown>> };
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => schema.properties?.[name] !== undefined));
}

/** Everything that readers can get of a run, by its URL; decoded as latin1. */
async function readAll(client: SoakClient, { id, artifacts, cells }: SoakedRun): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const url of [
    `/runs/${id}`,
    `/runs/${id}/report`,
    `/runs/${id}/report.html`,
    `/api/v1/runs/${id}`,
    `/api/v1/runs/${id}/report.ipynb`,
    '/api/v1/runs?limit=50',
    '/runs',
    '/',
    ...Array.from({ length: Math.min(cells.total, MOST_READ) }, (_, cell) => `/api/v1/runs/${id}/cells/${cell}/text`),
    ...artifacts.slice(0, MOST_READ).map((artifact) => artifact.url),
  ])
    pages.set(url, await client.readAny(url));
  return pages;
}

async function within<T>(work: Promise<T>, problem: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: problem })), PATIENCE_MS);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
