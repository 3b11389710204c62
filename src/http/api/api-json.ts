/** Scripts and runs as the API writes them: times in ISO 8601, addresses as links. */
import type { Static } from '@fastify/type-provider-typebox';
import { defined } from '../../domain/defined.ts';
import type { RunPlace } from '../../app/run/run-place.ts';
import type { Run, RunArtifact } from '../../domain/run/run.ts';
import type { ShownPreset } from '../../app/preset.ts';
import type { Script } from '../../domain/script/script.ts';
import type { Urls } from '../../page/urls.ts';
import type { RunTable } from '../../domain/run/table.ts';
import type { ArtifactSchema, PresetSchema, RunSchema, ScriptSchema, TableSchema } from './api-schema.ts';

export function scriptJson(script: Script, urls: Urls): Static<typeof ScriptSchema> {
  const { name, title, description, folder, tags, owner, contact, language, revision, state, schema } = script;
  const problem = script.problem && {
    what: script.problem.what,
    ...defined({ where: script.problem.where, remedy: script.problem.remedy }),
  };
  return {
    name,
    title,
    description,
    folder,
    tags: [...tags],
    language,
    revision,
    state,
    schema,
    updatedAt: isoTime(script.updatedAtMs),
    ...defined({
      owner,
      contact,
      problem,
      draft: script.isDraft,
      rolledBack: script.rolledBack && true,
      aliases: script.aliases && [...script.aliases],
    }),
    links: { self: urls.api.script(name), page: urls.script(name) },
  };
}

export function presetJson({
  name,
  isShared,
  values,
  updatedAtMs,
  mayChange,
}: ShownPreset): Static<typeof PresetSchema> {
  return { name, shared: isShared, values, updatedAt: isoTime(updatedAtMs), mayChange };
}

/** With its place in the queue, if it waits. */
export function waitingJson(run: Run, place: RunPlace | undefined, urls: Urls): Static<typeof RunSchema> {
  if (place === undefined) return runJson(run, urls);
  const { before, aboutMs, heldBy, unmet } = place;
  const queue = { position: before + 1, ...defined({ startsInMs: aboutMs, heldBy, waitsFor: unmet }) };
  return { ...runJson(run, urls), queue };
}

export function runJson(run: Run, urls: Urls): Static<typeof RunSchema> {
  const {
    id,
    script,
    title,
    revision,
    given,
    parameters,
    status,
    outcome,
    by,
    trigger,
    priority,
    parent,
    attempt,
    timezone,
    environment,
    serverVersion,
    pinned,
    progress,
  } = run;
  const { api } = urls;
  return {
    id,
    script,
    title,
    revision,
    given,
    parameters,
    status,
    by,
    trigger,
    priority,
    attempt,
    timezone,
    serverVersion,
    pinned,
    cells: run.cells,
    results: run.results.map(({ name, value }) => ({ name, value })),
    artifacts: run.artifacts.map((artifact) => artifactJson(id, artifact, urls)),
    ...defined({ shortened: run.shortened && [...run.shortened] }),
    ...defined({ outcome, parent, environment, progress, commit: run.commit }),
    createdAt: isoTime(run.createdAtMs),
    ...time('startedAt', run.startedAtMs),
    ...time('endedAt', run.endedAtMs),
    ...time('expiresAt', run.expiresAtMs),
    ...time('deletedAt', run.deletedAtMs),
    links: {
      self: api.run(id),
      page: urls.run(id),
      events: api.events(id),
      report: api.report(id),
      notebook: api.notebook(id),
      cancel: api.cancel(id),
    },
  };
}

export function artifactJson(
  id: string,
  { name, mime, sizeBytes }: RunArtifact,
  urls: Urls,
): Static<typeof ArtifactSchema> {
  return { name, mime, sizeBytes, url: urls.api.artifact(id, name) };
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function time<Name extends string>(name: Name, atMs: number | undefined): { readonly [Key in Name]?: string } {
  return atMs === undefined ? {} : ({ [name]: isoTime(atMs) } as { readonly [Key in Name]?: string });
}

export function tableJson(id: string, table: RunTable, urls: Urls): Static<typeof TableSchema> {
  const { name, columns, index, rows, total, cut, sizeBytes } = table;
  const link = (format: string) => urls.api.table(id, name, format);
  return {
    name,
    columns: [...columns],
    index,
    rows,
    total,
    cut: [...cut],
    sizeBytes,
    links: { csv: link('csv'), xlsx: link('xlsx'), json: link('json'), parquet: link('parquet') },
  };
}
