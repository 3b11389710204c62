/** Which of several files is published under a name, and to which script an earlier name leads. */
import type { ScriptProblem } from '../domain/problem.ts';
import type { Script } from '../domain/script/script.ts';
import type { Known } from './script-known.ts';
import { ownAliases } from './script-publication.ts';
import type { Entry } from './script-scan.ts';

/** `found`: all files, sorted by name. Entries whose scripts are as before are the same objects. */
export function withPrecedence(found: readonly Known[]): readonly Known[] {
  return withAliases(withShadows(found));
}

/** Of scripts with the same name the first is published; the other half of a Jupytext pair is not listed. */
export function withShadows(found: readonly Known[]): Known[] {
  const published = new Set<string>();
  return found.map((one) => {
    const { read, entry } = one;
    if (read === undefined) return one;
    const isShadowed = published.has(entry.name) && read.state === 'ready';
    published.add(entry.name);
    if (isShadowed === (one.script?.state !== read.state)) return one;
    const shadow: Script = { ...read, state: 'shadowed', problem: shadowed(entry) };
    return { ...one, script: !isShadowed ? read : one.isPaired ? undefined : shadow };
  });
}

/** Entries whose scripts are as before are the same objects. */
function withAliases(found: readonly Known[]): readonly Known[] {
  const listed = found.filter(({ script }) => script !== undefined);
  const own = ownAliases(
    listed.map(({ read, script }) => ({
      name: script?.name ?? '',
      aliases: script?.state === 'shadowed' ? [] : (read?.aliases ?? []),
    })),
  );
  const byEntry = new Map(listed.map(({ entry }, at) => [entry, own[at] ?? []]));
  return found.map((one) => {
    const { script, entry } = one;
    const aliases = byEntry.get(entry) ?? [];
    if (script === undefined || JSON.stringify(aliases) === JSON.stringify(script.aliases ?? [])) return one;
    const { aliases: _before, ...rest } = script;
    return { ...one, script: aliases.length === 0 ? rest : { ...rest, aliases } };
  });
}

function shadowed({ name }: Entry): ScriptProblem {
  return {
    what: `Another file has the same name, ${name}, and is published instead.`,
    remedy: 'Rename one of the two.',
  };
}
