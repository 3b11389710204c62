/** The presets of a form as the page shows them: a menu, what just happened, and the link with the values. */
import type { FieldProblem } from '../domain/error.ts';
import type { Field } from '../domain/parameter/field.ts';
import { formFields, labelOf } from '../domain/parameter/form.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import type { Script } from '../domain/script/script.ts';
import { PRESET_WORDS } from './message/message-preset.ts';
import type { Query, Urls } from './urls.ts';

/** A preset in an address and in a form: `mine/NAME`, `shared/NAME`, or `last`. */
export interface PresetChoice {
  readonly name: string;
  readonly isShared: boolean;
}

export const LAST_PRESET = 'last';

export function presetText({ name, isShared }: PresetChoice): string {
  return `${isShared ? 'shared' : 'mine'}/${name}`;
}

/** Undefined for any other text. */
export function readPresetText(text: string): PresetChoice | undefined {
  const [, kind, name] = /^(mine|shared)\/(.{1,200})$/su.exec(text) ?? [];
  return name === undefined ? undefined : { name, isShared: kind === 'shared' };
}

/** Values that are named as left out. */
const MOST_LEFT = 20;

/** What just happened, for the person who did it. */
export interface PresetNote {
  readonly text: string;
  readonly isWrong?: boolean;
  /** Values that were left out. */
  readonly left?: readonly FieldProblem[];
  /** A deleted one, which can be restored. */
  readonly undo?: PresetChoice;
  /** The name is taken: the person is asked. */
  readonly asksToReplace?: boolean;
}

export interface PresetSource {
  readonly presets: readonly (PresetChoice & { readonly mayChange: boolean })[];
  readonly hasLast: boolean;
  /** The one whose values are shown. */
  readonly current?: PresetChoice | undefined;
  readonly note?: PresetNote | undefined;
  /** What somebody has typed, to be corrected. */
  readonly typed?: { readonly name: string; readonly isShared: boolean } | undefined;
}

interface LinkView {
  readonly name: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

export interface PresetView {
  readonly words: typeof PRESET_WORDS;
  readonly groups: readonly { readonly label: string; readonly links: readonly LinkView[] }[];
  readonly lastUrl: string;
  readonly current: (PresetChoice & { readonly key: string; readonly mayChange: boolean }) | undefined;
  readonly note:
    | {
        readonly text: string;
        readonly isWrong: boolean;
        readonly left: readonly { readonly label: string; readonly message: string }[];
        /** Says how many are not listed; empty if all are. */
        readonly more: string;
        readonly undo: string;
        readonly asksToReplace: boolean;
      }
    | undefined;
  readonly typed: { readonly name: string; readonly isShared: boolean };
  readonly isOpen: boolean;
  /** The page with the shown values. */
  readonly linkUrl: string;
  readonly pageUrl: string;
  /** JSON: what the form sends of each input that may be in a link while it has its default. */
  readonly defaults: string;
}

export function presetView(
  { name, schema }: Script,
  values: Readonly<Record<string, unknown>>,
  { presets, hasLast, current, note, typed }: PresetSource,
  urls: Urls,
): PresetView {
  const words = PRESET_WORDS;
  const isCurrent = (each: PresetChoice) => each.name === current?.name && each.isShared === current.isShared;
  const group = (label: string, isShared: boolean) => {
    const links = presets
      .filter((each) => each.isShared === isShared)
      .map((each) => ({
        name: each.name,
        url: urls.script(name, { _preset: presetText(each) }),
        isCurrent: isCurrent(each),
      }));
    return links.length === 0 ? [] : [{ label, links }];
  };
  const shown = presets.find(isCurrent);
  return {
    words,
    groups: [...group(words.own, false), ...group(words.shared, true)],
    lastUrl: hasLast ? urls.script(name, { _preset: LAST_PRESET }) : '',
    current: shown === undefined ? undefined : { ...shown, key: presetText(shown) },
    note: note === undefined ? undefined : noteView(schema, note),
    typed: typed ?? { name: '', isShared: false },
    isOpen: typed !== undefined && note?.asksToReplace !== true,
    linkUrl: urls.script(name, linkQuery(schema, values)),
    pageUrl: urls.script(name),
    defaults: JSON.stringify(Object.fromEntries(linkTexts(schema, {}))),
  };
}

function noteView({ properties }: ParametersSchema, note: PresetNote): NonNullable<PresetView['note']> {
  const { text, isWrong = false, left = [], undo, asksToReplace = false } = note;
  const label = (field: string) =>
    properties[field]?.title ?? (Object.hasOwn(properties, field) ? labelOf(field) : field);
  return {
    text,
    isWrong,
    left: left.slice(0, MOST_LEFT).map(({ field, message }) => ({ label: label(field), message })),
    more: left.length > MOST_LEFT ? PRESET_WORDS.more(left.length - MOST_LEFT) : '',
    undo: undo === undefined ? '' : presetText(undo),
    asksToReplace,
  };
}

/** What differs from the defaults. */
function linkQuery(schema: ParametersSchema, values: Readonly<Record<string, unknown>>): Query {
  const usual = new Map(linkTexts(schema, {}));
  const differs = ([name, texts]: [string, readonly string[]]) =>
    JSON.stringify(texts) !== JSON.stringify(usual.get(name));
  return Object.fromEntries(linkTexts(schema, values).filter(differs));
}

/** By name: the texts that the form sends, without the empty ones that only say that a field was there. */
function linkTexts(schema: ParametersSchema, values: Readonly<Record<string, unknown>>): [string, readonly string[]][] {
  return formFields(schema, values)
    .filter(({ control }) => control !== 'password' && control !== 'file')
    .map((field) => [field.name, fieldTexts(field)]);
}

function fieldTexts({ ends, zone, options, value }: Field): readonly string[] {
  const single = ends ?? (zone === undefined ? [value] : [value, zone]);
  const texts = options === undefined ? single : options.filter(({ selected }) => selected).map((each) => each.value);
  return texts.length === 0 ? [''] : texts.map((text) => text.replaceAll('\r\n', '\n'));
}
