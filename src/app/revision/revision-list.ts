/** The revisions of a script that ran, with the one that is published. For operators. */
import { hash } from 'node:crypto';
import type { Actor } from '../../domain/access/access.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import type { Run } from '../../domain/run/run.ts';
import { mayReadRun } from '../run/run-read.ts';
import { namesOf, type Script, type ScriptContent } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { findScript } from '../script/script-find.ts';

/** Only the last runs count, so that a long history costs no more than a short one. */
export const REVISION_RUNS = 500;

/** The bytes of a script and of its sidecar, by their hashes. */
export interface RevisionId {
  readonly revision: string;
  readonly sidecar?: string;
}

export interface RanRevision extends RevisionId {
  readonly commit?: string;
  readonly count: number;
  /** Its oldest and its newest run. */
  readonly first: Run;
  readonly last: Run;
  /** The newest run whose report is not deleted: as long as there is one, the bytes are stored. */
  readonly kept?: Run;
  readonly isPublished: boolean;
}

export interface ScriptRevisions {
  readonly script: Script;
  /** Undefined: the script is broken. */
  readonly published?: RevisionId;
  /** The one that ran last comes first. */
  readonly revisions: readonly RanRevision[];
  /** There were more runs, which are not counted. */
  readonly hasMore: boolean;
}

/** Throws `not-found` and `forbidden`. */
export async function readRevisions(ctx: AppContext, actor: Actor, name: string): Promise<ScriptRevisions> {
  const script = await findScript(ctx, actor, name, 'author-script');
  const [content, { items, next }] = await Promise.all([
    readPublished(ctx, script),
    ctx.runs.list({ script: namesOf(script), withDeleted: true, limit: REVISION_RUNS }),
  ]);
  const published = content === undefined ? undefined : idOf(content);
  const seen = items.filter((run) => mayReadRun(actor, run));
  const groups = Map.groupBy(seen, (run) => keyOf(runRevision(run)));
  const revisions = [...groups.values()].flatMap((runs): RanRevision[] => {
    const [first, last] = [runs.at(-1), runs[0]];
    if (first === undefined || last === undefined) return [];
    const id = runRevision(last);
    const kept = runs.find(({ deletedAtMs }) => deletedAtMs === undefined);
    const isPublished = published !== undefined && keyOf(published) === keyOf(id);
    return [{ ...id, ...defined({ commit: last.commit, kept }), count: runs.length, first, last, isPublished }];
  });
  return { script, ...defined({ published }), revisions, hasMore: next !== undefined };
}

/** What is published now; undefined: it is broken. */
export async function readPublished({ scripts }: AppContext, { name }: Script): Promise<ScriptContent | undefined> {
  try {
    return await scripts.read(name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return undefined;
    throw error;
  }
}

export function runRevision({ revision, sidecar }: Run): RevisionId {
  return { revision, ...defined({ sidecar: sidecar?.hash }) };
}

function idOf({ script: { revision }, sidecar }: ScriptContent): RevisionId {
  return { revision, ...(sidecar === undefined ? {} : { sidecar: hash('sha256', sidecar.bytes) }) };
}

function keyOf({ revision, sidecar = '' }: RevisionId): string {
  return `${revision} ${sidecar}`;
}
