/** Asks a Python or an R what it has of modules or packages, without loading them. */
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { runCommand } from './command.ts';

/** Only first parts of names: to look for `a.b`, Python would import `a`. */
const PYTHON = `
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
const R = `
names <- commandArgs(trailingOnly = TRUE)
missing <- names[!vapply(names, function(name) nzchar(system.file(package = name)), NA)]
cat("[", paste0('"', missing, '"', recycle0 = TRUE, collapse = ","), "]", sep = "")
`;
const NAMES = Type.Array(Type.String());
const ANSWER_MS = 20_000;
/** Somebody may install what is missing. */
const MEMORY_MS = 60_000;
const MOST = 5000;
const PYTHON_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const R_NAME = /^[A-Za-z][A-Za-z0-9.]*$/;

type Variables = Readonly<Record<string, string | undefined>>;

/** A command that is given names, and prints those that are missing as a list in JSON. */
interface Asked {
  /** Equal for the same answers. */
  readonly key: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Variables;
  readonly name: RegExp;
}

const known = new LRUCache<string, boolean>({ max: MOST, ttl: MEMORY_MS });

/**
 * The names that the Python at the absolute path does not have; undefined if it does not answer. Answers are kept for a
 * minute.
 */
export function findMissingModules(
  python: string,
  names: readonly string[],
  environment: Variables,
): Promise<readonly string[] | undefined> {
  return findMissing({ key: python, command: python, args: ['-c', PYTHON], environment, name: PYTHON_NAME }, names);
}

/**
 * As `findMissingModules`, of packages of R. `rscript`: a path or a command; `library`: the absolute path of a library
 * that precedes those of R.
 */
export function findMissingPackages(
  { rscript, library }: { readonly rscript: string; readonly library?: string | undefined },
  names: readonly string[],
  environment: Variables,
): Promise<readonly string[] | undefined> {
  const asked = {
    key: `${rscript}\n${library ?? ''}`,
    command: rscript,
    args: ['--vanilla', '-e', R],
    environment: library === undefined ? environment : { ...environment, R_LIBS_USER: library },
    name: R_NAME,
  };
  return findMissing(asked, names);
}

async function findMissing(asked: Asked, names: readonly string[]): Promise<readonly string[] | undefined> {
  const key = (name: string) => `${asked.key}\n${name}`;
  const all = names.filter((name) => asked.name.test(name));
  const fresh = all.filter((name) => !known.has(key(name)));
  const answer = new Map<string, boolean>(all.map((name) => [name, known.get(key(name)) ?? true]));
  if (fresh.length > 0) {
    const missing = await ask(asked, fresh);
    if (missing === undefined) return undefined;
    for (const name of fresh) {
      answer.set(name, !missing.includes(name));
      known.set(key(name), !missing.includes(name));
    }
  }
  return all.filter((name) => answer.get(name) === false);
}

interface Question {
  readonly names: Set<string>;
  readonly answer: Promise<readonly string[] | undefined>;
}

/** By key, those that no process has been started for. */
const open = new Map<string, Question>();

/** What several scripts ask at once is answered by one process: starting it takes longer than looking. */
function ask(asked: Asked, names: readonly string[]): Promise<readonly string[] | undefined> {
  const question = open.get(asked.key);
  if (question !== undefined) {
    for (const name of names) question.names.add(name);
    return question.answer;
  }
  const all = new Set(names);
  const answer = setImmediate().then(() => {
    open.delete(asked.key);
    return start(asked, [...all]);
  });
  open.set(asked.key, { names: all, answer });
  return answer;
}

async function start(
  { command, args, environment }: Asked,
  names: readonly string[],
): Promise<readonly string[] | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { ok, stdout } = await runCommand(command, [...args, ...names], { environment, signal });
    const missing: unknown = ok ? JSON.parse(stdout) : undefined;
    return Value.Check(NAMES, missing) ? missing : undefined;
  } catch {
    return undefined;
  }
}
