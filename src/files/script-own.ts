/**
 * What its author sets for a script as a whole (tags, limits, what it needs of a worker), wherever it is written: in a
 * YAML header, in the notebook's metadata, in the file beside it. Later places override earlier ones, key by key.
 */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import { SIDECAR_OWN } from '../domain/parameter/parameter-sidecar.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';

export interface OwnSettings {
  readonly values: JsonObject;
  /** Where the setting that counts is written, for people. */
  place(name: string): string;
  /** The file beside the script, if there is one. */
  readonly sidecarFile?: string;
}

/** The file beside a script: its path below the scripts folder, and what it says. */
export interface SidecarValue {
  readonly file: string;
  readonly value: Json;
}

/** `header`: the entry `script_runner` of the YAML header. */
export function readOwnSettings(
  { metadata }: Pick<Notebook, 'metadata'>,
  header: JsonObject | undefined,
  sidecar: SidecarValue | undefined,
): OwnSettings {
  const beside = isJsonObject(sidecar?.value) ? sidecar.value[SIDECAR_OWN] : undefined;
  const places: readonly (readonly [string, Json | undefined])[] = [
    ['the header', header],
    ['the notebook’s metadata', metadata.script_runner],
    [sidecar?.file ?? '', beside],
  ];
  const values: Record<string, Json> = {};
  const found = new Map<string, string>();
  for (const [place, own] of places)
    for (const [name, value] of isJsonObject(own) ? Object.entries(own) : []) {
      Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
      found.set(name, place);
    }
  return {
    values,
    place: (name) => found.get(name) ?? 'the notebook’s metadata',
    ...(sidecar === undefined ? {} : { sidecarFile: sidecar.file }),
  };
}

/** The notebook as if its metadata said all of it. */
export function withOwnSettings(notebook: Notebook, { values }: OwnSettings): Notebook {
  if (Object.keys(values).length === 0) return notebook;
  return { ...notebook, metadata: { ...notebook.metadata, script_runner: values } };
}
