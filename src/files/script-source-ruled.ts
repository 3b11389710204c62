/**
 * A source of scripts that knows their own rules of access: whoever sees a script, or its new version, finds its rule
 * in effect. Rules are stored, so that reports stay protected when the script or its file beside it is gone.
 */
import {
  INHERITED,
  rulesOfScripts,
  type ScriptRule,
  type ScriptRuleChange,
  type ScriptRuleStore,
  type StoredScriptRule,
} from '../domain/access/script-rule.ts';
import type { Script, ScriptSource } from '../domain/script/script.ts';

export interface KnownScriptRules {
  /** What the files say now, by the name of the script. */
  readonly said: ReadonlyMap<string, ScriptRule>;
  /** What they or other files of these names said before. */
  readonly remembered: ReadonlyMap<string, ScriptRule>;
}

export interface RuledScriptSource extends ScriptSource {
  /** As of now; the same object until something changes. */
  rules(): KnownScriptRules;
  /** Stores what is new, and reads what other processes have stored; settles when both are done. */
  refresh(): Promise<void>;
  /** As `close`, but the files stay open. */
  stop(): Promise<void>;
}

export interface RuledOptions {
  readonly store: ScriptRuleStore;
  /** How often what other processes have stored is read; ms. */
  readonly everyMs: number;
  /** Called after they are stored, with those that no other process has stored before. */
  readonly onChange: (changes: readonly ScriptRuleChange[]) => Promise<void>;
  /** Rules that cannot be stored are in effect all the same, and are stored later. */
  readonly onProblem: (problem: unknown) => void;
}

/** Looks between which the rules of scripts without reports are kept. */
const LOOKS_TO_FORGET = 100;

/** Settles when the stored rules are in effect. Throws errors of the store. */
export async function createRuledScriptSource(source: ScriptSource, options: RuledOptions): Promise<RuledScriptSource> {
  const memory = await openMemory(options);
  let listed: readonly Script[] | undefined;
  const list = async (): Promise<readonly Script[]> => {
    const scripts = await source.list();
    if (scripts === listed) return scripts;
    listed = scripts;
    memory.sayAll(scripts);
    return scripts;
  };
  const ignored = () => undefined;
  const stopListening = source.onChange(() => void list().catch(ignored));
  if (source.reading?.() === undefined) await list();
  const timer = setInterval(() => void memory.refresh(), options.everyMs).unref();
  const stop = async () => {
    clearInterval(timer);
    stopListening();
    await memory.refresh();
  };
  return {
    ...source,
    rules: memory.rules,
    refresh: memory.refresh,
    list,
    reading: () => {
      const reading = source.reading?.();
      if (reading !== undefined) memory.say(reading.scripts);
      return reading;
    },
    find: async (name) => {
      const script = await source.find(name);
      if (script !== undefined) memory.say([script]);
      return script;
    },
    read: async (name) => {
      const content = await source.read(name);
      memory.say([content.script]);
      return content;
    },
    stop,
    close: () => stop().then(() => source.close()),
  };
}

async function openMemory({ store, onChange, onProblem }: RuledOptions) {
  let stored = byScript(await store.list());
  /** What is still to be stored; `inherited` is to be removed. */
  const waiting = new Map<string, StoredScriptRule>();
  /** What this process has stored last: another one may read other files. */
  const told = new Map<string, string>();
  /** Rules that this process has found to be gone. */
  const gone = new Set<string>();
  /** Rules that another process has found to be gone, and this one has not. */
  let lost: ReadonlySet<string> = new Set();
  let known: KnownScriptRules = { said: new Map(), remembered: stored };
  let last: Promise<void> = Promise.resolve();
  let looks = 0;
  let lastProblem = '';

  function change(said: ReadonlyMap<string, ScriptRule>): void {
    for (const rule of said.values()) note(rule);
    known = { said, remembered: withWaiting(stored, waiting) };
    if (waiting.size > 0) void refresh();
  }

  function note(rule: ScriptRule): void {
    if (told.get(rule.script) === rule.text) return;
    told.set(rule.script, rule.text);
    gone.delete(rule.script);
    const before = waiting.get(rule.script) ?? stored.get(rule.script);
    if (before === undefined ? isInherited(rule) : before.text === rule.text && before.isGone !== true) return;
    waiting.set(rule.script, rule);
  }

  /** `said`: by all scripts. */
  function noteGone(said: ReadonlyMap<string, ScriptRule>): void {
    for (const [script, rule] of withWaiting(stored, waiting)) {
      if (said.has(script) || gone.has(script)) continue;
      gone.add(script);
      told.delete(script);
      if (rule.isGone !== true) waiting.set(script, { ...rule, isGone: true });
    }
  }

  function sayOnce(problem: unknown): void {
    if (String(problem) !== lastProblem) onProblem(problem);
    lastProblem = String(problem);
  }

  async function look(): Promise<void> {
    const missing = missingRules(known.said, stored, lost);
    lost = missing.lost;
    for (const rule of missing.rules) waiting.set(rule.script, rule);
    // rules that find no room are in effect all the same
    const { changes, problem } = await storeWaiting(store, waiting, stored);
    if (problem !== undefined) sayOnce(problem);
    if (changes.length > 0) await onChange(changes);
    looks += 1;
    if (looks % LOOKS_TO_FORGET === 0) await store.forget([...known.said.keys()]);
    const found = byScript(await store.list());
    if (isSame(found, stored) && waiting.size === 0 && isSame(known.remembered, found)) return;
    stored = found;
    known = { said: known.said, remembered: withWaiting(found, waiting) };
  }

  function refresh(): Promise<void> {
    return (last = last.then(look).catch(sayOnce));
  }

  return {
    rules: () => known,
    refresh,
    sayAll: (scripts: readonly Script[]) => {
      const said = rulesOfScripts(scripts);
      noteGone(said);
      if (!isSame(said, known.said) || waiting.size > 0) change(said);
    },
    /** Some of the scripts. */
    say: (scripts: readonly Script[]) => {
      const some = [...rulesOfScripts(scripts)].filter(([name, rule]) => known.said.get(name)?.text !== rule.text);
      if (some.length > 0) change(new Map([...known.said, ...some]));
    },
  };
}

/** Those that another process has removed, and those that it does not find, if that is still so (`lost` before). */
function missingRules(
  said: ReadonlyMap<string, ScriptRule>,
  stored: ReadonlyMap<string, StoredScriptRule>,
  before: ReadonlySet<string>,
): { readonly rules: readonly ScriptRule[]; readonly lost: ReadonlySet<string> } {
  const own = [...said.values()].filter((rule) => !isInherited(rule));
  const lost = new Set(own.filter(({ script }) => stored.get(script)?.isGone === true).map(({ script }) => script));
  return { lost, rules: own.filter(({ script }) => !stored.has(script) || (lost.has(script) && before.has(script))) };
}

/** What has been stored waits no more. */
async function storeWaiting(
  store: ScriptRuleStore,
  waiting: Map<string, StoredScriptRule>,
  stored: ReadonlyMap<string, StoredScriptRule>,
): Promise<{ readonly changes: readonly ScriptRuleChange[]; readonly problem: unknown }> {
  let problem: unknown;
  const changes: ScriptRuleChange[] = [];
  for (const [script, rule] of [...waiting])
    try {
      if (await storeOne(store, rule)) changes.push(changeOf(rule, stored.get(script)));
      if (waiting.get(script) === rule) waiting.delete(script);
    } catch (error) {
      problem = error;
    }
  return { changes, problem };
}

function storeOne(store: ScriptRuleStore, rule: StoredScriptRule): Promise<boolean> {
  if (isInherited(rule)) return store.remove(rule.script);
  return rule.isGone === true ? store.markGone(rule) : store.put(rule);
}

function changeOf({ isGone, ...rule }: StoredScriptRule, before: StoredScriptRule | undefined): ScriptRuleChange {
  const about = { rule, before: before?.text };
  if (isInherited(rule)) return { type: 'inherited', ...about };
  if (isGone === true) return { type: 'gone', ...about };
  if (before === undefined) return { type: 'added', ...about };
  return { type: before.text === rule.text && before.isGone === true ? 'back' : 'changed', ...about };
}

function isInherited({ text }: ScriptRule): boolean {
  return text.trim() === INHERITED;
}

function withWaiting(
  stored: ReadonlyMap<string, StoredScriptRule>,
  waiting: ReadonlyMap<string, StoredScriptRule>,
): ReadonlyMap<string, StoredScriptRule> {
  const all = new Map([...stored, ...waiting]);
  for (const [script, rule] of waiting) if (isInherited(rule)) all.delete(script);
  return all;
}

function byScript(rules: readonly StoredScriptRule[]): ReadonlyMap<string, StoredScriptRule> {
  return new Map(rules.map((rule) => [rule.script, rule]));
}

function isSame(one: ReadonlyMap<string, StoredScriptRule>, other: ReadonlyMap<string, StoredScriptRule>): boolean {
  return (
    one.size === other.size &&
    [...one].every(([script, { text, file, isGone }]) => {
      const same = other.get(script);
      return same !== undefined && same.text === text && same.file === file && same.isGone === isGone;
    })
  );
}
