/** Records that files say other earlier names, or other packages, of scripts; nobody did it but the files. */
import { createHash } from 'node:crypto';
import { SERVER } from '../../domain/access/access.ts';
import type { AuditEvent } from '../../domain/audit.ts';
import { MINUTE_MS } from '../../domain/milliseconds.ts';
import { environmentText } from '../../domain/script/script-environment.ts';
import type { Script } from '../../domain/script/script.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import type { AppContext } from '../context.ts';

type Context = Required<Pick<AppContext, 'audit' | 'auditStore' | 'log' | 'now'>>;
type Described = Pick<Script, 'name' | 'state' | 'aliases' | 'environment'>;

/** Scripts that one look records one by one; of more, one entry says how many. */
const MOST_ENTRIES = 50;
/** Within this time, all processes have seen the same files. */
const TOGETHER_MS = 5 * MINUTE_MS;

/**
 * Call it with all scripts when they may have changed, one call after the other: the first says how they are. What
 * another process has recorded already is left out. Settles when it is stored; never rejects.
 */
export function createScriptFileNotes(ctx: Context): (scripts: readonly Described[]) => Promise<void> {
  let known: ReadonlyMap<string, JsonObject> | undefined;
  return async (scripts) => {
    const published = scripts.filter(({ state }) => state !== 'shadowed');
    const now = new Map(published.map((script) => [script.name, saidOf(script)]));
    const before = known;
    known = now;
    if (before === undefined) return;
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
      (name) => JSON.stringify(before.get(name) ?? {}) !== JSON.stringify(now.get(name) ?? {}),
    );
    try {
      if (changed.length > MOST_ENTRIES) await record(ctx, { details: { count: changed.length } });
      else
        for (const name of changed)
          await noteOne(ctx, name, { before: before.get(name) ?? {}, now: now.get(name) ?? {} });
    } catch (error) {
      ctx.log.error({ error, scripts: changed.length }, 'Changes of scripts could not be recorded in the audit');
    }
  };
}

async function noteOne(ctx: Context, script: string, details: { before: JsonObject; now: JsonObject }): Promise<void> {
  const [last] = await ctx.auditStore.list({ action: 'script-file-changed', script, limit: 1 });
  const isRecent = last !== undefined && Math.abs(ctx.now() - last.atMs) < TOGETHER_MS;
  if (isRecent && JSON.stringify(last.details?.['now']) === JSON.stringify(details.now)) return;
  await record(ctx, { script, details });
}

function record({ audit }: Context, event: Omit<AuditEvent, 'action'>): Promise<void> {
  return audit.record({ ...SERVER, origin: { way: 'file' } }, { action: 'script-file-changed', ...event });
}

/** `sha256`: of all that declares the packages. */
function saidOf({ aliases = [], environment }: Described): JsonObject {
  return {
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(environment === undefined
      ? {}
      : {
          packages: {
            file: environment.file,
            sha256: createHash('sha256').update(environmentText(environment)).digest('hex'),
          },
        }),
  };
}
