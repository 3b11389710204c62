/** The packages that a script declares: what its environment is built from. Pure; read by `files/environment`. */
import type { ScriptProblem } from '../problem.ts';
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';

/** `python`: packages of PyPI, resolved by uv; `conda`: those of an environment.yml; `renv`: a lock file of R. */
export type EnvironmentKind = 'python' | 'conda' | 'renv';

export interface ScriptEnvironment {
  readonly kind: EnvironmentKind;
  /** Where it is declared, for people: `sales/requirements.txt`. */
  readonly file: string;
  /** Lines of a requirements file, without includes; of conda, `CondaPackages` as JSON; else the text of renv.lock. */
  readonly requirements: string;
  /** Lines of constraints files. */
  readonly constraints?: string;
  /** Version specifiers: `>=3.11`. */
  readonly requiresPython?: string;
  /** The texts of pyproject.toml and uv.lock, which then say everything; `requirements` is empty. */
  readonly project?: { readonly toml: string; readonly lock: string };
  /** Of the table `[tool.uv]`: which packages, and from where. */
  readonly uv?: JsonObject;
}

/** What an environment.yml names. */
export interface CondaPackages {
  /** Names and addresses, those with precedence first. */
  readonly channels: readonly string[];
  /** `numpy>=1.2`. */
  readonly dependencies: readonly string[];
  /** Lines of a requirements file. */
  readonly pip: string;
}

/** Of the `requirements` of conda. Undefined for what an earlier version has kept. */
export function readCondaPackages(requirements: string): CondaPackages | undefined {
  try {
    const value = JSON.parse(requirements) as Json;
    return isJsonObject(value) && Array.isArray(value['dependencies'])
      ? (value as unknown as CondaPackages)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What was found for a script: its packages, or why they cannot be read; then it is published, and cannot be run. */
export interface FoundEnvironment {
  readonly environment?: ScriptEnvironment;
  readonly environmentProblem?: ScriptProblem;
}

/** The same declaration gives the same text, wherever it was read. */
export function environmentText(environment: ScriptEnvironment): string {
  const { kind, file, requirements, constraints, requiresPython, project, uv } = environment;
  return JSON.stringify({ kind, file, requirements, constraints, requiresPython, project, uv });
}

/** Equal for the same packages, wherever they are declared. */
export function packagesText({
  kind,
  requirements,
  constraints,
  requiresPython,
  project,
  uv,
}: ScriptEnvironment): string {
  return JSON.stringify([kind, requirements, constraints, requiresPython, project, ...(uv === undefined ? [] : [uv])]);
}

/** Undefined for a text that `environmentText` has not written. */
export function readEnvironmentText(text: string): ScriptEnvironment | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { kind, file, requirements } = value;
  const isKnown = kind === 'python' || kind === 'conda' || kind === 'renv';
  return isKnown && typeof file === 'string' && typeof requirements === 'string'
    ? (value as unknown as ScriptEnvironment)
    : undefined;
}

/**
 * The first `${NAME}` in requirements; undefined: there is none. uv replaces them by variables of its process, such as
 * the proxy or the index of the server with their passwords, and would send these to an address of the author's choice.
 */
export function variableIn(requirements: string): string | undefined {
  return /\$\{\w+\}/.exec(requirements)?.[0];
}
