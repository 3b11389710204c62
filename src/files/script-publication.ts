/** Whether, for whom and under which earlier names a script is published: `publish`, `access`, `aliases`. */
import { type Finding, findingOf } from '../domain/finding.ts';
import { SCRIPT_RULE_LIMITS, scriptRuleProblem } from '../domain/access/script-rule.ts';
import type { Script } from '../domain/script/script.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import type { OwnSettings } from './script-own.ts';

/** Earlier names of one script. */
const MOST_ALIASES = 20;
const NAME_CHARS = 1_000;

/** Anything but `publish: true` hides the script: a mistake must not publish what its author wants to hide. */
export function isDraft(own: Json | undefined): boolean {
  return isJsonObject(own) && own.publish !== undefined && own.publish !== true;
}

export function readPublication(own: JsonObject): Pick<Script, 'isDraft' | 'aliases'> {
  const aliases = own.aliases === undefined || !areAliases(own.aliases) ? [] : namesOf(own.aliases);
  return { ...(isDraft(own) ? { isDraft: true } : {}), ...(aliases.length === 0 ? {} : { aliases }) };
}

/** `file`: of the script. Anything but a text is a rule that cannot be read, which closes the script. */
export function readAccess({ values, place, sidecarFile }: OwnSettings, file: string): Pick<Script, 'access'> {
  const { access } = values;
  if (access === undefined) return {};
  // one character more than may be: it stays too long
  const text = accessText(access).slice(0, SCRIPT_RULE_LIMITS.chars + 1);
  return { access: { text, file: place('access') === sidecarFile ? sidecarFile : file } };
}

function accessText(access: Json): string {
  return typeof access === 'string' ? access : JSON.stringify(access);
}

export function publicationFindings({ values: own, place }: OwnSettings): readonly Finding[] {
  const problem = own.access === undefined ? undefined : scriptRuleProblem(accessText(own.access));
  return [
    ...(problem === undefined
      ? []
      : [
          findingOf('unreadable-access', {
            what: `Nobody but operators and authors may see this script: ${problem}`,
            where: place('access'),
          }),
        ]),
    ...(own.publish === undefined || typeof own.publish === 'boolean'
      ? []
      : [
          findingOf('ignored-option', {
            what: `script_runner.publish is ${JSON.stringify(own.publish)}, so the script is a draft.`,
            where: place('publish'),
            remedy: 'Use true or false.',
          }),
        ]),
    ...(own.aliases === undefined || areAliases(own.aliases)
      ? []
      : [
          findingOf('ignored-option', {
            what: `script_runner.aliases is ${JSON.stringify(own.aliases)}, so its earlier addresses do not work.`,
            where: place('aliases'),
            remedy: `Use a list of at most ${MOST_ALIASES} earlier names such as ["sales/weekly"].`,
          }),
        ]),
  ];
}

/**
 * The aliases that lead to each of the scripts: not the name of another script, nor an alias of an earlier one.
 */
export function ownAliases(
  scripts: readonly { readonly name: string; readonly aliases: readonly string[] }[],
): readonly (readonly string[])[] {
  const taken = new Set(scripts.map(({ name }) => name));
  return scripts.map(({ aliases }) => {
    const own = aliases.filter((name) => !taken.has(name));
    for (const name of own) taken.add(name);
    return own;
  });
}

function areAliases(value: Json): boolean {
  const names = [value].flat() as Json[];
  return names.length <= MOST_ALIASES && names.every((name) => typeof name === 'string' && isName(name));
}

function namesOf(value: Json): readonly string[] {
  return [...new Set(([value].flat() as string[]).map((name) => name.normalize('NFC')))];
}

/** As scripts are named: a path without its extension. */
function isName(name: string): boolean {
  return name.length <= NAME_CHARS && name.split('/').every((part) => !['', '.', '..'].includes(part.trim()));
}
