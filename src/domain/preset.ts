/** Presets: named values of a script, private or shared, and the last values of each viewer. */
import type { Actor } from './access/access.ts';
import { VIEWER } from './access/access.ts';
import { AppError } from './error.ts';
import { DAY_MS } from './milliseconds.ts';
import { fileNames } from './parameter/parameter-file.ts';
import { isPassword, type ParametersSchema, type ParameterValues } from './parameter/parameter.ts';

/** Whose presets: a person who is known by name, or a browser that is known by its cookie. */
export type PresetOwner =
  { readonly type: 'person'; readonly id: string } | { readonly type: 'visitor'; readonly id: string };

export interface Preset {
  readonly script: string;
  readonly name: string;
  readonly isShared: boolean;
  /** As `ownerKey` writes it; empty: nobody who is known. */
  readonly maker: string;
  /** In the types of the parameters of that time; never of passwords and files. */
  readonly values: ParameterValues;
  readonly updatedAtMs: number;
}

/** Where a preset is: `owner` as `ownerKey` writes it, empty for shared ones. */
export interface PresetKey {
  readonly script: string;
  readonly owner: string;
  readonly name: string;
}

export interface PresetLimits {
  readonly ofOne: number;
  readonly shared: number;
  readonly all: number;
  readonly last: number;
}

export const PRESET_LIMITS = {
  nameChars: 100,
  /** Of the values of one preset as JSON. */
  valueChars: 64_000,
  /** Of one script: private ones of one owner, and shared ones. */
  ofOne: 50,
  shared: 100,
  /** Of all scripts and owners; with more, none can be saved. */
  all: 20_000,
  /** Last values of all viewers and scripts; with more, the oldest are forgotten. */
  last: 20_000,
} as const;

/** How long what nobody needs is kept. */
export const PRESET_TIMES = {
  /** A removed preset can be restored. */
  removedMs: DAY_MS,
  /** The script is gone, and nobody has used the preset. */
  missingMs: 90 * DAY_MS,
  /** A browser's own presets, after their last use: its cookie lasts no longer than a year. */
  visitorMs: 400 * DAY_MS,
} as const;

/** Controls, halves of characters, and what changes the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What the store gets to decide what is deleted by now. */
export interface PresetSweep {
  /** Names of the published scripts; empty: unknown. */
  readonly scripts: ReadonlySet<string>;
  readonly nowMs: number;
}

/** Presets (port). Implemented by `store/` on every engine; one contract suite tests them all. */
export interface PresetStore {
  /** The shared ones of the script and those of the owner, by name. */
  list(script: string, owner: string | undefined): Promise<readonly Preset[]>;
  find(key: PresetKey): Promise<Preset | undefined>;
  /**
   * Stores a preset; one of the same name is replaced only with `replace`, and keeps its maker. Returns `exists` if it
   * was not. Throws `conflict` if there are too many of the owner or of the script, `unavailable` if there are of all.
   */
  put(
    preset: PresetKey & Pick<Preset, 'maker' | 'values'>,
    options: { readonly replace: boolean; readonly nowMs: number },
  ): Promise<'created' | 'replaced' | 'exists'>;
  /** Throws `not-found`, and `conflict` if the new name is taken. */
  rename(key: PresetKey, to: string, nowMs: number): Promise<void>;
  /** Hides it; `restore` brings it back until the cleanup deletes it. False if there is none. */
  remove(key: PresetKey, nowMs: number): Promise<boolean>;
  /** The maker of a removed preset; undefined if there is none. */
  removedMaker(key: PresetKey): Promise<string | undefined>;
  /** False if there is none, or another one has the name now. */
  restore(key: PresetKey): Promise<boolean>;
  /** The values with which the owner last ran the script from a form. */
  last(script: string, owner: string): Promise<ParameterValues | undefined>;
  noteLast(script: string, owner: string, values: ParameterValues, nowMs: number): Promise<void>;
  /** Somebody has used it; written only if its last use was before `beforeMs`. */
  touch(key: PresetKey, at: { readonly beforeMs: number; readonly nowMs: number }): Promise<void>;
  /** Presets and last values of a script's earlier names become its own, unless it has one of the same name. */
  adopt(script: string, earlier: readonly string[]): Promise<void>;
  /** Deletes what is no longer needed, see `PRESET_TIMES`; returns the number of presets. */
  sweep(sweep: PresetSweep): Promise<number>;
}

/** A text that is different for each owner. */
export function ownerKey({ type, id }: PresetOwner): string {
  return `${type}:${id}`;
}

/** `visitor`: the id in the browser's cookie, for those who are not known by name. */
export function ownerOfActor(actor: Actor, visitor: string | undefined): PresetOwner | undefined {
  if (actor.id !== VIEWER.id) return { type: 'person', id: actor.id };
  return visitor === undefined ? undefined : { type: 'visitor', id: visitor };
}

/** The name as it is stored. Throws `invalid` for one that cannot be used. */
export function presetName(text: string): string {
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ');
  const wrong =
    name === ''
      ? 'Give the preset a name.'
      : name.length > PRESET_LIMITS.nameChars
        ? `A name has at most ${PRESET_LIMITS.nameChars} characters.`
        : UNSEEN.test(name)
          ? 'A name has visible characters only.'
          : undefined;
  if (wrong !== undefined) throw new AppError('invalid', wrong, { fields: [{ field: 'name', message: wrong }] });
  return name;
}

/** The values that may be stored, and be in links: neither passwords nor files. */
export function presetValues(schema: ParametersSchema, values: ParameterValues): ParameterValues {
  const files = new Set(fileNames(schema));
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !files.has(name) && !isPassword(schema.properties[name])),
  );
}
