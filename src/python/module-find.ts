/** Asks a Python which modules it has, without importing them. */
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { runCommand } from './command.ts';

/** Only first parts of names: to look for `a.b`, Python would import `a`. */
const SOURCE = `
import sys
sys.path[:1] = []
import importlib.util, json
def has(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:
        return name in sys.modules
print(json.dumps([name for name in sys.argv[1:] if not has(name)]))
`;
const NAMES = Type.Array(Type.String());
const ANSWER_MS = 20_000;
/** Somebody may install what is missing. */
const MEMORY_MS = 60_000;
const MOST = 5000;
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const known = new LRUCache<string, boolean>({ max: MOST, ttl: MEMORY_MS });

/**
 * The names that the Python at the absolute path does not have; undefined if it does not answer. Answers are kept for a
 * minute.
 */
export async function findMissingModules(
  python: string,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[] | undefined> {
  const key = (name: string) => `${python}\n${name}`;
  const asked = names.filter((name) => NAME.test(name));
  const fresh = asked.filter((name) => !known.has(key(name)));
  const answer = new Map<string, boolean>(asked.map((name) => [name, known.get(key(name)) ?? true]));
  if (fresh.length > 0) {
    const missing = await ask(python, fresh, environment);
    if (missing === undefined) return undefined;
    for (const name of fresh) {
      answer.set(name, !missing.includes(name));
      known.set(key(name), !missing.includes(name));
    }
  }
  return asked.filter((name) => answer.get(name) === false);
}

interface Question {
  readonly names: Set<string>;
  readonly answer: Promise<readonly string[] | undefined>;
}

/** By Python, those that no process has been started for. */
const open = new Map<string, Question>();

/** What several scripts ask at once is answered by one process: starting a Python takes longer than looking. */
function ask(
  python: string,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[] | undefined> {
  const asked = open.get(python);
  if (asked !== undefined) {
    for (const name of names) asked.names.add(name);
    return asked.answer;
  }
  const all = new Set(names);
  const answer = setImmediate().then(() => {
    open.delete(python);
    return start(python, [...all], environment);
  });
  open.set(python, { names: all, answer });
  return answer;
}

async function start(
  python: string,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[] | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { ok, stdout } = await runCommand(python, ['-c', SOURCE, ...names], { environment, signal });
    const missing: unknown = ok ? JSON.parse(stdout) : undefined;
    return Value.Check(NAMES, missing) ? missing : undefined;
  } catch {
    return undefined;
  }
}
