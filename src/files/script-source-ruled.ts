/**
 * A source of scripts that knows their own rules of access: whoever sees a script, or its new version, finds its rule
 * in effect. Rules are stored, so that reports stay protected when the script or its file beside it is gone.
 */
import { INHERITED, rulesOfScripts, type ScriptRule, type ScriptRuleStore } from '../domain/access/script-rule.ts';
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
  readonly onChange: (rule: ScriptRule) => void;
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
  const waiting = new Map<string, ScriptRule>();
  /** What this process has stored last: another one may read other files. */
  const told = new Map<string, string>();
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
    const before = waiting.get(rule.script) ?? stored.get(rule.script);
    if (before === undefined ? isInherited(rule) : before.text === rule.text) return;
    waiting.set(rule.script, rule);
    onChange(rule);
  }

  /** Those that another process has removed are stored again. */
  function noteMissing(): void {
    for (const rule of known.said.values())
      if (!isInherited(rule) && !stored.has(rule.script)) waiting.set(rule.script, rule);
  }

  /** Rules that find no room are in effect all the same. */
  async function storeWaiting(): Promise<void> {
    let problem: unknown;
    for (const [script, rule] of [...waiting])
      try {
        await (isInherited(rule) ? store.remove(script) : store.put(rule));
        if (waiting.get(script) === rule) waiting.delete(script);
      } catch (error) {
        problem = error;
      }
    if (problem !== undefined) sayOnce(problem);
  }

  function sayOnce(problem: unknown): void {
    if (String(problem) !== lastProblem) onProblem(problem);
    lastProblem = String(problem);
  }

  async function look(): Promise<void> {
    noteMissing();
    await storeWaiting();
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
      if (!isSame(said, known.said)) change(said);
    },
    /** Some of the scripts. */
    say: (scripts: readonly Script[]) => {
      const some = [...rulesOfScripts(scripts)].filter(([name, rule]) => known.said.get(name)?.text !== rule.text);
      if (some.length > 0) change(new Map([...known.said, ...some]));
    },
  };
}

function isInherited({ text }: ScriptRule): boolean {
  return text.trim() === INHERITED;
}

function withWaiting(stored: ReadonlyMap<string, ScriptRule>, waiting: ReadonlyMap<string, ScriptRule>) {
  const all = new Map([...stored, ...waiting]);
  for (const [script, rule] of waiting) if (isInherited(rule)) all.delete(script);
  return all;
}

function byScript(rules: readonly ScriptRule[]): ReadonlyMap<string, ScriptRule> {
  return new Map(rules.map((rule) => [rule.script, rule]));
}

function isSame(one: ReadonlyMap<string, ScriptRule>, other: ReadonlyMap<string, ScriptRule>): boolean {
  return (
    one.size === other.size &&
    [...one].every(([script, { text, file }]) => {
      const same = other.get(script);
      return same !== undefined && same.text === text && same.file === file;
    })
  );
}
