/** Composes the scripts of one process: those of the project folder, or those of a git repository. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { createScriptFileNotes } from '../app/audit/audit-script-file.ts';
import { noteScriptRules } from '../app/audit/audit-script-rule.ts';
import type { Log } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { Audit, AuditStore } from '../domain/audit.ts';
import { defined } from '../domain/defined.ts';
import { problemText, type ScriptProblem } from '../domain/problem.ts';
import { UNFINISHED } from '../domain/run/run.ts';
import type { ScriptRuleStore } from '../domain/access/script-rule.ts';
import type { RollbackControl, RollbackStore } from '../domain/rollback.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { ScriptSource } from '../domain/script/script.ts';
import type { PublishedCommits } from '../domain/script/published-commit.ts';
import type { ScriptOrigin } from '../domain/script/script-origin.ts';
import { createScriptIndex, SCRIPT_INDEX } from '../files/script-index.ts';
import { createMovingScriptSource } from '../files/script-source-moving.ts';
import { createRolledScriptSource } from '../files/script-source-rolled.ts';
import { createRuledScriptSource, type RuledScriptSource } from '../files/script-source-ruled.ts';
import { createScriptSource, type ScriptSourceOptions } from '../files/script-source.ts';
import { createGitOrigin, CURRENT, originFolder } from '../git/git-origin.ts';

export interface ComposedSource {
  readonly scripts: ScriptSource;
  /** Undefined: they are files of this machine. */
  readonly origin: ScriptOrigin | undefined;
  /** Undefined: this process publishes nothing. */
  readonly rollbackControl?: RollbackControl;
  /** The rules of access that scripts carry themselves; undefined: this process shows nothing to anybody. */
  readonly scriptRules?: RuledScriptSource['rules'];
  close(): Promise<void>;
}

/** Pages of unfinished runs that are read at once. */
const PAGE_ROWS = 200;

/** How long a request waits for scripts that have not been read since the start. */
const READING_MS = 10_000;
/** How often the log says how much has been read. */
const SAY_MS = 2_000;

/** How long it takes at most until what another process has rolled back, or a commit, is published here, too. */
const ROLLBACKS_MS = 5_000;
const COMMITS_MS = 5_000;
const RULES_MS = 5_000;

type Reader = Omit<ScriptSourceOptions, 'directory' | 'followLinks'>;

interface SourceParts {
  readonly runs: Pick<RunStore, 'list'>;
  readonly rollbacks: RollbackStore;
  readonly scriptRules: ScriptRuleStore;
  /** Undefined: nothing is recorded. */
  readonly audit?: Audit | undefined;
  readonly auditStore: AuditStore;
  /** Undefined: no other process reads the repository. */
  readonly publishedCommits?: PublishedCommits;
  readonly log: Log;
  readonly role?: string | undefined;
}

/** Settles before all scripts of a server are read; with a repository that cannot be reached, there may be none. */
export async function composeSource(config: Config, reader: Reader, parts: SourceParts): Promise<ComposedSource> {
  const { scripts: files, origin, close } = await composeFiles(config, reader, parts);
  const { role, rollbacks: store, log } = parts;
  if (role === 'worker' || reader.watch === false) return { scripts: files, origin, close };
  // the rule of the file that is there counts, also if another revision is published
  const ruled = await createRuledScriptSource(files, {
    store: parts.scriptRules,
    everyMs: RULES_MS,
    onChange: async (changes) => {
      for (const { type, rule } of changes)
        log.info({ script: rule.script, file: rule.file, change: type }, 'A script’s own rule of access has changed');
      if (parts.audit !== undefined) await noteScriptRules(parts.audit, changes, !config.accessInScripts);
    },
    onProblem: (error) => log.warn({ error }, 'The rules that scripts carry could not be stored or read'),
  });
  recordFiles(ruled, parts);
  const scripts = await createRolledScriptSource(ruled, {
    store,
    everyMs: ROLLBACKS_MS,
    onProblem: (error, script) => log.warn({ error, script }, 'A rolled back script could not be read'),
  });
  return {
    scripts,
    origin,
    rollbackControl: scripts.control,
    scriptRules: ruled.rules,
    close: () => scripts.stop().then(ruled.stop).then(close),
  };
}

/** Records what the files of scripts say besides their rules, when it changes. */
function recordFiles(scripts: ScriptSource, { audit, auditStore, log }: SourceParts): void {
  if (audit === undefined) return;
  const note = createScriptFileNotes({ audit, auditStore, log, now: Date.now });
  let last = Promise.resolve();
  scripts.onChange(() => {
    last = last
      .then(async () => note(await scripts.list()))
      .catch((error: unknown) => {
        log.warn({ error }, 'It is not known what the files of scripts say');
      });
  });
}

async function composeFiles(config: Config, reader: Reader, parts: SourceParts): Promise<ComposedSource> {
  const { source, project, data } = config;
  const { runs, log, role, publishedCommits: commits } = parts;
  // a run on the command line has one script
  const index = reader.watch === false ? undefined : createScriptIndex(join(data, SCRIPT_INDEX));
  const waitMs = reader.watch === false ? undefined : READING_MS;
  const options = { ...reader, followLinks: config.followLinks, ...defined({ index, waitMs }) };
  // a worker gets the scripts with their runs; a single run on the command line has a file
  if (source === undefined || role === 'worker' || reader.watch === false) {
    const scripts = await createScriptSource({
      ...options,
      directory: project.published,
      watching: { polls: config.polls, onProblem: sayWatching(log) },
    });
    void sayReading(log, scripts);
    return { scripts, origin: undefined, close: () => scripts.close() };
  }
  const folder = originFolder(data, source.address);
  const scripts = await createMovingScriptSource(
    {
      open: (directory) => createScriptSource({ ...options, directory, watch: false }),
      placeOf: (commit) => scriptsIn(join(folder, commit)),
    },
    join(folder, 'none'),
  );
  const origin = createGitOrigin({
    ...source,
    folder,
    environment: config.environment,
    inUse: () => commitsInUse(runs),
    onCommit: async (place, commit) => {
      await scripts.move({ scripts: await scriptsIn(place), commit });
      log.info({ commit, source: source.address.shown }, 'The scripts of a commit are published');
      await commits?.tell(source.address.shown, commit).catch((error: unknown) => log.warn({ error, commit }, UNTOLD));
    },
    onProblem: (problem) =>
      log.warn({ problem, source: source.address.shown }, 'The repository of the scripts cannot be read'),
  });
  await origin.start();
  void sayReading(log, scripts);
  const unfollow = commits && followOthers(origin, () => commits.latest(source.address.shown));
  const close = async () => {
    unfollow?.();
    await origin.close();
    await scripts.close();
  };
  return { scripts, origin, close };
}

const UNTOLD = 'Other processes could not be told of a commit; they find it at their next look at the repository';

/** Asks the repository soon after another process has published a commit: a webhook reaches one of them only. */
function followOthers(origin: ScriptOrigin, latest: () => Promise<string | undefined>): () => void {
  let seen: string | undefined;
  const look = async () => {
    const commit = await latest();
    if (commit === seen) return;
    seen = commit;
    if (commit !== origin.state().commit) origin.refresh();
  };
  // who else asks the database says that it does not answer
  const timer = setInterval(() => void look().catch(() => undefined), COMMITS_MS).unref();
  return () => clearInterval(timer);
}

/** The first reading of a folder, if it takes long enough to be noticed. */
async function sayReading(log: Log, scripts: Pick<ScriptSource, 'reading' | 'list'>): Promise<void> {
  const ended = scripts.reading?.()?.ended;
  if (ended === undefined) return;
  let isSaid = false;
  const timer = setInterval(() => {
    const { read, total } = scripts.reading?.() ?? {};
    isSaid = true;
    log.info({ read, total }, 'The scripts folder is being read');
  }, SAY_MS).unref();
  await ended;
  clearInterval(timer);
  if (!isSaid) return;
  await scripts.list().then(
    ({ length }) => log.info({ scripts: length }, 'The scripts folder has been read'),
    // the server stops
    () => undefined,
  );
}

function sayWatching(log: Log) {
  return (problem: ScriptProblem | undefined): void => {
    if (problem === undefined) log.info({}, 'The system reports saved files again');
    else log.warn({ problem: problemText(problem) }, 'Saved scripts are noticed only after some seconds');
  };
}

/** Where templates and static files are: in the repository, if there is one. */
export function siteFolders({ source, project, data }: Config): {
  readonly templates: string;
  readonly static: string;
} {
  if (source === undefined) return project;
  const current = join(originFolder(data, source.address), CURRENT);
  return { templates: join(current, 'templates'), static: join(current, 'public/static') };
}

/** Absolute folder of all commits, which kernels must see; undefined: there is no repository. */
export function sourceFolder({ source, data }: Config): string | undefined {
  return source === undefined ? undefined : originFolder(data, source.address);
}

/** `scripts/` of the project, or the project itself if it has none. */
async function scriptsIn(place: string): Promise<string> {
  const scripts = join(place, 'scripts');
  const isFolder = await lstat(scripts).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? scripts : place;
}

async function commitsInUse(runs: Pick<RunStore, 'list'>): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await runs.list({
      status: UNFINISHED,
      limit: PAGE_ROWS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { commit } of page.items) if (commit !== undefined) used.add(commit);
    cursor = page.next;
  } while (cursor !== undefined);
  return used;
}
