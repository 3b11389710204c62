/** Compares what the code of a script names with what its runs will find: modules of its Python, and connections. */
import { urlVariable } from '../../domain/connection/connection-url.ts';
import type { ConnectionSource } from '../../domain/connection/connection.ts';
import { type Finding, findingAt } from '../../domain/finding.ts';
import { withoutSilenced } from '../../domain/finding-silence.ts';
import { markedSource } from '../../domain/notebook/program-cell.ts';
import { type Language, languageFor } from '../../domain/parameter/language.ts';
import type { MissingModules, ModuleSource } from '../../domain/script/module-source.ts';
import { packageOf } from '../../domain/script/package-name.ts';
import type { Reference, References } from '../../domain/parameter/reference.ts';
import type { ScriptContent } from '../../domain/script/script.ts';

export interface ReferencePorts {
  readonly languages: ReadonlyMap<string, Language>;
  /** Absent: imports are not checked. */
  readonly modules?: ModuleSource;
  readonly connections?: Pick<ConnectionSource, 'namesFor'>;
}

export interface ScriptReferences extends References {
  /** Undefined: nobody can say which are missing; see `ModuleSource`. */
  readonly missing?: MissingModules;
  /** Those of its author's choice are left out. */
  readonly findings: readonly Finding[];
}

const NONE: References = { modules: [], connections: [] };

/** What a script names, with the code in which it does: all that remains to be known of its content. */
export interface NamedReferences extends Pick<ScriptContent, 'script' | 'directory'> {
  readonly sources: readonly string[];
  readonly found: References;
}

export function readReferences(
  { script, directory, notebook }: Pick<ScriptContent, 'script' | 'notebook' | 'directory'>,
  { languages }: Pick<ReferencePorts, 'languages'>,
): NamedReferences {
  const sources = notebook.cells.filter(({ type }) => type === 'code').map(markedSource);
  const found = languageFor(languages, notebook.language).readReferences?.(sources) ?? NONE;
  return { script, directory, sources, found };
}

export async function checkReferences(
  content: NamedReferences,
  { modules, connections }: Pick<ReferencePorts, 'modules' | 'connections'>,
): Promise<ScriptReferences> {
  const { script, sources, found } = content;
  const names = found.modules.map(({ name }) => name);
  const missing = names.length === 0 ? undefined : await modules?.missing(content, names);
  const known = found.connections.length === 0 ? undefined : await connections?.namesFor(script.name);
  // a module of Python 2 has its own finding, with what replaces it
  const old = (script.findings?.() ?? []).filter(({ code }) => code === 'old-code').map(({ where }) => where);
  const isUnknown = ({ name }: Reference) => known !== undefined && !isKnown(name, known, sources);
  const findings = [
    ...found.modules.flatMap((each) => (missing?.names.includes(each.name) ? [missingImport(each, missing)] : [])),
    ...found.connections.filter(isUnknown).map(unknownConnection),
  ];
  const news = findings.filter(({ where }) => !old.includes(where));
  const heard = withoutSilenced(news, sources, script.ignored ?? []);
  return {
    ...found,
    ...(missing === undefined ? {} : { missing }),
    // kinds that there are not are among the script's own findings
    findings: heard.filter(({ code }) => code !== 'unknown-code'),
  };
}

function missingImport(reference: Reference, missing: MissingModules): Finding {
  return missing.language === 'r' ? missingPackage(reference, missing) : missingModule(reference, missing);
}

function missingPackage({ name, ...place }: Reference, { declaredIn }: MissingModules): Finding {
  const install = `install.packages("${name}")`;
  return findingAt('missing-import', place, {
    what: `The R of this script does not have the package ${name}.`,
    remedy:
      declaredIn === undefined
        ? `Install it in R: ${install}`
        : `${install} and renv::snapshot() add it to ${declaredIn}.`,
  });
}

function missingModule({ name, ...place }: Reference, { program, declaredIn }: MissingModules): Finding {
  const remedy =
    declaredIn === undefined
      ? `Install it with: ${program} -m pip install ${packageOf(name)}`
      : `Add a line to ${declaredIn}: ${packageOf(name)}`;
  return findingAt('missing-import', place, {
    what: `The Python of this script does not have the module ${name}.`,
    remedy,
  });
}

function unknownConnection({ name, ...place }: Reference): Finding {
  return findingAt('unknown-connection', place, {
    what: `The script may use no connection “${name}”.`,
    remedy: 'Add it to .link/link.config, correct the name, or allow it in the setting connections.',
  });
}

/** Variables that the code sets itself count, too. */
function isKnown(name: string, known: readonly string[], sources: readonly string[]): boolean {
  const variable = urlVariable(name);
  const paths = [name, `dbs.${name}`];
  return (
    known.some((each) => each === variable || paths.some((path) => each === path || each.startsWith(`${path}.`))) ||
    sources.some((source) => source.includes(variable))
  );
}
