/** The page of a script's usage, after a million runs with their logs on PostgreSQL. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPostgres, query, startPostgres } from '../test/connection/postgres.ts';
import { partOf, writeScripts, type Cluster } from './cluster.ts';
import type { Finding } from './finding.ts';
import { clickRun } from './follow.ts';
import { fillShared, look, SCRIPTS } from './history.ts';
import { startServer, waitUntilReady } from './server.ts';

type Options = Parameters<typeof startServer>[1];

export async function measureUsage(folder: string, python: string): Promise<Finding[]> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  const project = join(folder, 'usage');
  await writeUsedScripts(project);
  const postgres = await startPostgres(bin);
  try {
    const cluster: Cluster = { project, data: join(folder, 'data'), python, database: await postgres.address() };
    const options = partOf(cluster, 1);
    await useOnce(project, options);
    await fillShared(cluster.database);
    await query(
      cluster.database,
      `insert into events (run_number, seq, at_ms, version, body)
        select number, seq, at_ms, version, body
        from runs cross join (select * from events where run_number = (select min(number) from runs)) as one
        where number > (select min(number) from runs)`,
    );
    await query(cluster.database, 'vacuum analyze events');
    return [await usage('PostgreSQL', project, options)];
  } finally {
    await postgres.stop();
  }
}

/** Those of the history, and one that is run. */
export async function writeUsedScripts(project: string): Promise<void> {
  await writeScripts(join(project, 'scripts'));
  await mkdir(join(project, 'scripts/folder'));
  const trivial = await readFile(join(project, 'scripts/trivial.ipynb'));
  for (let index = 0; index < SCRIPTS; index++)
    await writeFile(join(project, `scripts/folder/script-${index}.ipynb`), trivial);
}

/** Makes the tables, and executes the run that is then copied. */
export async function useOnce(project: string, options: Options): Promise<void> {
  const server = await startServer(project, options);
  try {
    await waitUntilReady(server.url);
    await clickRun(server.url, 'trivial');
  } finally {
    await server.close();
  }
}

export async function usage(engine: string, project: string, options: Options): Promise<Finding> {
  const server = await startServer(project, options);
  try {
    await waitUntilReady(server.url);
    const token = (await readFile(join(options.data, 'operator-token'), 'utf8')).trim();
    const path = (index: number) => `/usage/folder/script-${index % SCRIPTS}`;
    return await look(`${engine}, the usage of a script`, server.url, path, { authorization: `Bearer ${token}` });
  } finally {
    await server.close();
  }
}
