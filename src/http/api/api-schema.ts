/**
 * The shapes of the API, as JSON Schema: they type the routes, check the input and generate the OpenAPI description.
 */
import { COLUMN_TYPES, TABLE_CUTS } from '../../domain/run/table.ts';
import { Type } from '@fastify/type-provider-typebox';

import { QuotaSchema } from './api-quota-schema.ts';
import { FINAL_STATUSES, PRIORITIES, UNFINISHED, type Priority } from '../../domain/run/run.ts';

export const STATUSES = [...UNFINISHED, ...FINAL_STATUSES];
const Status = Type.Unsafe<string>({ type: 'string', enum: STATUSES });
const Time = Type.String({ format: 'date-time', description: 'UTC, ISO 8601.' });
const Values = Type.Record(Type.String(), Type.Unknown(), { description: 'Parameter values by name.' });
const Link = Type.String({ format: 'uri-reference' });

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'Stable word for programs.' }),
    fields: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String(),
          message: Type.String(),
          line: Type.Optional(Type.Integer({ description: 'Of a mistake in JSON, from 1.' })),
          column: Type.Optional(Type.Integer()),
        }),
        { description: 'Every wrong field of the input.' },
      ),
    ),
    retryAfter: Type.Optional(Type.Integer({ description: 'Seconds until the request may succeed.' })),
    reference: Type.Optional(Type.String()),
  },
  { description: 'Problem details, RFC 9457.' },
);

export const ScriptSchema = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    description: Type.String(),
    folder: Type.String(),
    tags: Type.Array(Type.String()),
    owner: Type.Optional(Type.String()),
    contact: Type.Optional(Type.String()),
    draft: Type.Optional(Type.Boolean({ description: 'Not published: only operators see it.' })),
    rolledBack: Type.Optional(Type.Boolean({ description: 'An earlier revision is published in place of its file.' })),
    aliases: Type.Optional(Type.Array(Type.String(), { description: 'Earlier names that lead to it.' })),
    language: Type.String(),
    revision: Type.String(),
    updatedAt: Time,
    state: Type.Unsafe<string>({ type: 'string', enum: ['ready', 'broken', 'shadowed'] }),
    problem: Type.Optional(
      Type.Object({ what: Type.String(), where: Type.Optional(Type.String()), remedy: Type.Optional(Type.String()) }),
    ),
    schema: Type.Unsafe<object>({
      type: 'object',
      additionalProperties: true,
      description: 'JSON Schema (2020-12) of the parameters.',
    }),
    quotas: Type.Optional(Type.Array(QuotaSchema, { description: 'For whoever asks; only of a single script.' })),
    links: Type.Object({ self: Link, page: Link }),
  },
  { $id: 'Script' },
);

export const ArtifactSchema = Type.Object(
  { name: Type.String(), mime: Type.String(), sizeBytes: Type.Integer(), url: Link },
  { $id: 'Artifact' },
);

const Columns = {
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.Unsafe<string>({ type: 'string', enum: [...COLUMN_TYPES] }),
    }),
  ),
  index: Type.Integer({ description: 'How many of the columns, the first, are the index of the table.' }),
};

export const TableSchema = Type.Object(
  {
    name: Type.String(),
    ...Columns,
    rows: Type.Integer({ description: 'That are kept.' }),
    total: Type.Object(
      { rows: Type.Integer(), columns: Type.Integer() },
      { description: 'What the table has in the notebook, without its index.' },
    ),
    cut: Type.Array(Type.Unsafe<string>({ type: 'string', enum: [...TABLE_CUTS] }), {
      description: 'Bounds that the table reached: the beginning of it is kept, or its cells are shortened.',
    }),
    sizeBytes: Type.Integer({ description: 'As it is kept, compressed.' }),
    links: Type.Object({ csv: Link, xlsx: Link, json: Link, parquet: Link }),
  },
  { $id: 'Table' },
);

export const TableListSchema = Type.Object({ items: Type.Array(TableSchema), next: Type.Null() });

export const TablePageSchema = Type.Object({
  ...Columns,
  kept: Type.Integer({ description: 'Rows that are kept.' }),
  count: Type.Integer({ description: 'Rows that fit the filters.' }),
  rows: Type.Array(Type.Array(Type.Unknown()), {
    description: 'Values in the order of the columns: numbers, texts, true, false, or null for a missing one.',
  }),
});

const PrioritySchema = Type.Unsafe<Priority>({ type: 'string', enum: [...PRIORITIES] });

export const RunSchema = Type.Object(
  {
    id: Type.String(),
    script: Type.String(),
    title: Type.String(),
    revision: Type.String(),
    commit: Type.Optional(Type.String({ description: 'Of the git repository from which the script came.' })),
    given: Values,
    parameters: Values,
    status: Status,
    outcome: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        required: ['type'],
        properties: { type: { type: 'string' } },
      }),
    ),
    by: Type.String(),
    trigger: Type.String(),
    priority: PrioritySchema,
    parent: Type.Optional(Type.String()),
    attempt: Type.Integer(),
    timezone: Type.String(),
    environment: Type.Optional(Type.String()),
    serverVersion: Type.String(),
    createdAt: Time,
    startedAt: Type.Optional(Time),
    endedAt: Type.Optional(Time),
    expiresAt: Type.Optional(Time),
    deletedAt: Type.Optional(Time),
    pinned: Type.Boolean(),
    cells: Type.Object(
      { total: Type.Integer(), done: Type.Integer() },
      { description: 'Code cells of the script; the one that carries the values is not counted.' },
    ),
    queue: Type.Optional(
      Type.Object(
        {
          position: Type.Integer({ description: '1: it is next.' }),
          startsInMs: Type.Optional(Type.Integer({ description: 'As far as the last runs tell; absent: unknown.' })),
          heldBy: Type.Optional(
            Type.Object(
              {
                type: Type.Unsafe<'script' | 'user'>({ type: 'string', enum: ['script', 'user'] }),
                limit: Type.Integer(),
              },
              { description: 'The limit of runs at once that it waits for.' },
            ),
          ),
          waitsFor: Type.Optional(
            Type.String({ description: 'Why no connected worker can execute it, as a sentence.' }),
          ),
        },
        { description: 'Of a waiting run, not in lists.' },
      ),
    ),
    progress: Type.Optional(Type.Object({ fraction: Type.Number(), text: Type.String() })),
    results: Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() })),
    artifacts: Type.Array(ArtifactSchema),
    shortened: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'In lists: which of given, parameters, results and artifacts are larger than the 8 kB that a list returns of each. The run at `links.self` has everything.',
      }),
    ),
    links: Type.Object({ self: Link, page: Link, events: Link, report: Link, notebook: Link, cancel: Link }),
  },
  { $id: 'Run' },
);

export const ScriptListSchema = Type.Object({
  items: Type.Array(ScriptSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});
export const RunListSchema = Type.Object({
  items: Type.Array(RunSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

export const SubmitSchema = Type.Object(
  {
    script: Type.String({ minLength: 1, maxLength: 1_000 }),
    parameters: Type.Optional(Values),
    preset: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          'Name of a preset, the caller’s own or else a shared one; `parameters` have precedence over its values.',
      }),
    ),
    timezone: Type.Optional(
      Type.String({ maxLength: 100, description: 'IANA name; relative dates are resolved in it.' }),
    ),
    parent: Type.Optional(Type.String({ maxLength: 64, description: 'The run that this one repeats.' })),
    priority: Type.Optional(
      Type.Unsafe<Priority>({
        ...PrioritySchema,
        description:
          'Runs of pages are `interactive`, those of the API are `api`; `scheduled` and `batch` let more of the others go first. A run cannot be more urgent than where it comes from.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PresetSchema = Type.Object(
  {
    name: Type.String(),
    shared: Type.Boolean({ description: 'For everybody who may run the script.' }),
    values: Values,
    updatedAt: Time,
    mayChange: Type.Boolean({ description: 'The caller may replace and delete it.' }),
  },
  { $id: 'Preset' },
);
export const PresetListSchema = Type.Object({ items: Type.Array(PresetSchema), next: Type.Null() });
export const PutPresetSchema = Type.Object(
  { values: Values, shared: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export const RunsQuery = Type.Object({
  script: Type.Optional(Type.String({ maxLength: 1_000 })),
  status: Type.Optional(
    Type.String({ maxLength: 200, description: `One or more of ${STATUSES.join(', ')}, separated by commas.` }),
  ),
  by: Type.Optional(Type.String({ maxLength: 200 })),
  shared: Type.Optional(Type.Boolean({ description: 'Only reports that others have shared with the caller.' })),
  since: Type.Optional(Time),
  until: Type.Optional(Time),
  cursor: Type.Optional(Type.String({ maxLength: 1_000, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});

export const ExportListSchema = Type.Object({
  items: Type.Array(
    Type.Object(
      {
        name: Type.String(),
        label: Type.String(),
        extension: Type.String(),
        mime: Type.String(),
        missing: Type.Optional(Type.String({ description: 'Why the server cannot make it.' })),
        remedy: Type.Optional(Type.String({ description: 'What changes that; for operators.' })),
        url: Link,
      },
      { $id: 'Export' },
    ),
  ),
  next: Type.Null(),
});

const Bytes = Type.Integer({
  description: 'Shared pages divided among those who share them; 0 where it cannot be told.',
});

export const StatusSchema = Type.Object(
  {
    version: Type.String(),
    ready: Type.Boolean({ description: 'A kernel has answered.' }),
    problem: Type.Optional(Type.String({ description: 'Why no run can start.' })),
    kernels: Type.Object({
      running: Type.Integer(),
      waiting: Type.Integer(),
      parents: Type.Array(
        Type.Object({
          imports: Type.Array(Type.String()),
          script: Type.Optional(Type.String({ description: 'Whose first cells it has run: a snapshot.' })),
          waiting: Type.Integer(),
          memoryBytes: Bytes,
          ageMs: Type.Integer(),
        }),
        { description: 'What kernels are forked from.' },
      ),
    }),
    runs: Type.Array(
      Type.Object({
        id: Type.String(),
        script: Type.String(),
        status: Status,
        createdAt: Time,
        startedAt: Type.Optional(Time),
        memoryBytes: Bytes,
        page: Link,
      }),
      { description: 'Waiting and running, at most a hundred of each, the newest first.' },
    ),
    failures: Type.Array(
      Type.Object({
        id: Type.String(),
        script: Type.String(),
        status: Status,
        endedAt: Time,
        why: Type.String(),
        page: Link,
      }),
      { description: 'The last ten, the newest first.' },
    ),
    withoutSnapshot: Type.Array(Type.Object({ script: Type.String(), at: Time, why: Type.String() }), {
      description: 'Scripts whose first cells could not be run in advance at the last attempt.',
    }),
  },
  { $id: 'Status' },
);
