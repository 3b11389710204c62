/** Prepares the connections of a script for one kernel, with a key that distinguishes them from others. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreparedConnections } from '../domain/connection/connection.ts';
import type { PrefixConnections } from '../domain/kernel/kernel.ts';
import type { RunContext } from './context.ts';

/** Creates the folder (absolute path), unless there is nothing to put into it. */
export async function connectScript(
  ctx: Pick<RunContext, 'connections'>,
  script: string,
  directory: string,
): Promise<PreparedConnections & PrefixConnections> {
  if (ctx.connections === undefined)
    return { environment: {}, secrets: [], writablePaths: [], switchedOff: [], fingerprint: '' };
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const prepared = await ctx.connections.forScript(script, directory);
  return { ...prepared, fingerprint: fingerprintOf(prepared, directory) };
}

function fingerprintOf({ environment, writablePaths }: PreparedConnections, directory: string): string {
  const hash = createHash('sha256');
  const variables = Object.entries(environment)
    .filter(([, value]) => value !== directory)
    .sort();
  hash.update(JSON.stringify([variables, writablePaths]));
  for (const name of readdirSync(directory).sort()) hash.update(name).update(readFileSync(join(directory, name)));
  return hash.digest('hex');
}
