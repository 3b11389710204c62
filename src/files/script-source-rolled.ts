/** Scripts of which some are rolled back: stored bytes are published in place of their files, until those change. */
import { hash } from 'node:crypto';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import { ROLLBACK_LIMITS, type RevisionKey, type RollbackControl, type RollbackStore } from '../domain/rollback.ts';
import type { Rollback, StoredRollback } from '../domain/rollback.ts';
import type { Script, ScriptContent, ScriptSource } from '../domain/script/script.ts';
import { sizeWords } from '../domain/text/size.ts';

export interface RolledScriptSource extends ScriptSource {
  readonly control: RollbackControl;
  /** Reads the rollbacks again; settles when they are in effect. */
  refresh(): Promise<void>;
  /** As `close`, but the files stay open. */
  stop(): Promise<void>;
}

export interface RolledOptions {
  readonly store: RollbackStore;
  /** How often other processes' rollbacks are looked for; ms. */
  readonly everyMs: number;
  /** One that cannot be read is not in effect. `problem`: of all of them, where no script is named. */
  readonly onProblem: (problem: unknown, script?: string) => void;
}

interface Active {
  readonly rollback: Rollback;
  readonly content: ScriptContent;
}

const BROKEN: RevisionKey = { revision: '', sidecar: '' };

/** Settles when the stored rollbacks are in effect. */
export async function createRolledScriptSource(
  source: ScriptSource,
  options: RolledOptions,
): Promise<RolledScriptSource> {
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const { refresh, settled, activeOf, current } = followRollbacks(source, options, notify);
  const shown = new WeakMap<Script, { readonly active: Active; readonly script: Script }>();
  const published = (script: Script): Script => {
    const active = activeOf(script);
    if (active === undefined) return script;
    const known = shown.get(script);
    if (known?.active === active) return known.script;
    const rolled = scriptOf(active, script);
    shown.set(script, { active, script: rolled });
    return rolled;
  };
  let listed: { readonly of: readonly Script[]; readonly by: unknown; readonly list: readonly Script[] } | undefined;
  const list = async (): Promise<readonly Script[]> => {
    const of = await source.list();
    const by = current();
    if (listed?.of !== of || listed.by !== by) listed = { of, by, list: by.size === 0 ? of : of.map(published) };
    return listed.list;
  };
  const forget = source.onChange(() => {
    void refresh();
    notify();
  });
  const timer = setInterval(() => void refresh(), options.everyMs).unref();
  const stop = async () => {
    clearInterval(timer);
    forget();
    await settled();
  };
  await refresh();
  return {
    ...source,
    refresh,
    stop,
    close: () => stop().then(() => source.close()),
    control: controlOf(source, options.store, refresh),
    list,
    reading: () => {
      const reading = source.reading?.();
      return reading && { ...reading, scripts: reading.scripts.map(published) };
    },
    find: async (name) => {
      const script = await source.find(name);
      return script && published(script);
    },
    review: async (name) => {
      const script = await source.find(name);
      const active = script && activeOf(script);
      return active === undefined ? source.review(name) : (active.content.script.findings?.() ?? []);
    },
    read: async (name) => {
      const script = await source.find(name);
      const active = script && activeOf(script);
      return active === undefined || script === undefined
        ? source.read(name)
        : { ...active.content, script: scriptOf(active, script) };
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Knows which rollbacks are in effect, as of the last `refresh`. */
function followRollbacks(source: ScriptSource, { store, onProblem }: RolledOptions, onChange: () => void) {
  let active: ReadonlyMap<string, Active> = new Map();
  let last: Promise<void> = Promise.resolve();

  async function update(): Promise<void> {
    const next = new Map<string, Active>();
    for (const [script, id] of await store.list()) {
      const known = active.get(script);
      const found = known?.rollback.id === id ? known : await load(script);
      if (found === undefined) continue;
      const now = await fileKey(source, script);
      // nobody knows yet whether the file has changed
      if (now === 'unknown' ? found === known : now !== undefined && isSame(found.rollback.over, now))
        next.set(script, found);
      // the file has changed; a process that has not yet seen the file of another one only waits
      else if (now !== undefined && now !== 'unknown' && found === known) await store.remove(script, id);
    }
    if (idsOf(next) === idsOf(active)) return;
    active = next;
    onChange();
  }

  async function load(script: string): Promise<Active | undefined> {
    try {
      const rollback = await store.find(script);
      return rollback && { rollback, content: await contentOf(source, rollback) };
    } catch (problem) {
      onProblem(problem, script);
      return undefined;
    }
  }

  return {
    refresh: () => (last = last.then(update).catch((problem: unknown) => onProblem(problem))),
    settled: () => last,
    /** The same until one of them changes. */
    current: () => active,
    /** The file is compared at once, the sidecar at the next refresh. */
    activeOf(script: Script): Active | undefined {
      const found = script.state === 'shadowed' ? undefined : active.get(script.name);
      return found?.rollback.over.revision === script.revision ? found : undefined;
    },
  };
}

function idsOf(active: ReadonlyMap<string, Active>): string {
  return JSON.stringify([...active].map(([script, { rollback }]) => [script, rollback.id]).sort());
}

function controlOf(source: ScriptSource, store: RollbackStore, refresh: () => Promise<void>): RollbackControl {
  return {
    async rollBack(name, to) {
      checkSize(to);
      const [script, over] = [await source.find(name), await fileKey(source, name)];
      if (script === undefined || over === undefined)
        throw new AppError('not-found', `There is no script named “${name}”.`);
      if (over === 'unknown')
        throw new AppError('unavailable', `The file of “${script.title}” is being saved. Try again in a moment.`);
      const rollback = { ...to, script: script.name, over };
      await contentOf(source, rollback);
      await store.put(rollback);
      await refresh();
    },
    async lift(script) {
      await store.remove(script);
      await refresh();
    },
  };
}

function checkSize({ bytes, sidecar }: Pick<StoredRollback, 'bytes' | 'sidecar'>): void {
  if (bytes.length + (sidecar?.bytes.length ?? 0) <= ROLLBACK_LIMITS.bytes) return;
  throw new AppError(
    'invalid',
    `This revision has ${sizeWords(bytes.length)}; at most ${sizeWords(ROLLBACK_LIMITS.bytes)} can be rolled back to. Download it and save it in the scripts folder.`,
  );
}

/** In the folder of the present file. Throws `invalid`. */
function contentOf(source: ScriptSource, { script, bytes, sidecar }: StoredRollback): Promise<ScriptContent> {
  return source.parse(script, bytes, sidecar);
}

/** What its folder declares is that of the present file. */
function scriptOf({ rollback: { atMs, by }, content }: Active, file: Script): Script {
  const { environment, environmentProblem } = content.script.environment === undefined ? file : content.script;
  return { ...content.script, ...defined({ environment, environmentProblem }), rolledBack: { atMs, by } };
}

/** Undefined: there is no such file. `unknown`: it has not been read yet, or is being saved. */
async function fileKey(source: ScriptSource, name: string): Promise<RevisionKey | 'unknown' | undefined> {
  try {
    const { script, sidecar } = await source.read(name);
    if (script.saving !== undefined) return 'unknown';
    return { revision: script.revision, sidecar: sidecar === undefined ? '' : hash('sha256', sidecar.bytes) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return BROKEN;
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    if (error instanceof AppError && error.code === 'unavailable') return 'unknown';
    throw error;
  }
}

function isSame(one: RevisionKey, other: RevisionKey): boolean {
  return one.revision === other.revision && one.sidecar === other.sidecar;
}
