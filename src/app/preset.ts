/** Presets of a script: named values that somebody saves, finds, uses, renames and deletes. */
import { authorize, permits, type Actor } from '../domain/access/access.ts';
import type { AuditEvent } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import {
  ownerKey,
  PRESET_LIMITS,
  presetName,
  presetValues,
  type Preset,
  type PresetKey,
  type PresetOwner,
  type PresetStore,
} from '../domain/preset.ts';
import { checkValues } from '../domain/parameter/parameter-check.ts';
import { fittingValues, onlyGiven, type FittingValues } from '../domain/parameter/parameter-fit.ts';
import type { ParametersSchema, ParameterValues } from '../domain/parameter/parameter.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import type { Script } from '../domain/script/script.ts';
import type { AppContext } from './context.ts';
import { findScript } from './script/script-find.ts';

type PresetContext = Pick<AppContext, 'presets' | 'scripts' | 'now' | 'timezone' | 'audit'>;

/** Who uses presets. `owner` undefined: somebody who has none of his own, because nothing tells who he is. */
export interface PresetUser {
  readonly actor: Actor;
  readonly owner: PresetOwner | undefined;
}

/** A preset as its user names it. */
export interface PresetRef {
  readonly script: string;
  readonly name: string;
  readonly isShared: boolean;
}

export interface ShownPreset extends Preset {
  /** The user may replace, rename and delete it. */
  readonly mayChange: boolean;
}

/** Shared ones and the user's own, by name. Throws `not-found`. */
export async function listPresets(ctx: PresetContext, user: PresetUser, script: string): Promise<ShownPreset[]> {
  const { name } = await readScript(ctx, user, script);
  const all = await storeOf(ctx).list(name, user.owner === undefined ? undefined : ownerKey(user.owner));
  return all.map((preset) => shown(preset, user));
}

/** A preset with those of its values that fit the script now. Throws `not-found`. */
export async function usePreset(
  ctx: PresetContext,
  user: PresetUser,
  ref: PresetRef,
): Promise<FittingValues & { readonly preset: ShownPreset }> {
  const { schema, name } = await readScript(ctx, user, ref.script);
  const key = keyOf(user, { ...ref, script: name });
  const preset = key === undefined ? undefined : await storeOf(ctx).find(key);
  if (key === undefined || preset === undefined) throw noPreset(ref);
  await noteUse(ctx, key);
  return { ...fittingNow(ctx, schema, preset.values), preset: shown(preset, user) };
}

/** The user's own preset of this name, or else the shared one. Throws `not-found`. */
export async function findPreset(ctx: PresetContext, user: PresetUser, asked: string, name: string) {
  const { name: script } = await readScript(ctx, user, asked);
  const key = keyOf(user, { script, name, isShared: false });
  const isOwn = key !== undefined && (await storeOf(ctx).find(key)) !== undefined;
  return usePreset(ctx, user, { script, name, isShared: !isOwn });
}

/**
 * Saves the values; passwords and files among them are left out. `exists`: there is one of this name, and `replace` was
 * not asked for. Throws `invalid` with every wrong value, `forbidden`, `conflict` and `unavailable`.
 */
export async function savePreset(
  ctx: PresetContext,
  user: PresetUser,
  {
    values,
    replace,
    ...ref
  }: PresetRef & { readonly values: Readonly<Record<string, unknown>>; readonly replace: boolean },
): Promise<'created' | 'replaced' | 'exists'> {
  const { schema, name: script } = await readScript(ctx, user, ref.script);
  const key = keyOf(user, { ...ref, script, name: presetName(ref.name) });
  if (key === undefined)
    throw new AppError('invalid', 'Nothing tells who you are: presets of yours cannot be found again.');
  const kept = presetValues(schema, checkedValues(ctx, schema, values));
  if (JSON.stringify(kept).length > PRESET_LIMITS.valueChars)
    throw new AppError(
      'invalid',
      `The values have more than ${PRESET_LIMITS.valueChars} characters, the most of a preset.`,
    );
  const maker = user.owner === undefined ? '' : ownerKey(user.owner);
  const before = replace ? await storeOf(ctx).find(key) : undefined;
  if (before !== undefined) authorizeChange(user, before.maker);
  const done = await storeOf(ctx).put({ ...key, maker, values: kept }, { replace, nowMs: ctx.now() });
  if (ref.isShared && done !== 'exists') {
    const details = { name: key.name, [done]: true };
    await ctx.audit?.record(user.actor, { action: 'preset-shared', script, values: kept, details });
  }
  return done;
}

/** Returns the new name. Throws `not-found`, `forbidden`, `invalid` and `conflict`. */
export async function renamePreset(ctx: PresetContext, user: PresetUser, ref: PresetRef, to: string): Promise<string> {
  const key = await changeable(ctx, user, ref);
  const name = presetName(to);
  await storeOf(ctx).rename(key, name, ctx.now());
  await noteShared(ctx, user, { action: 'preset-renamed', key, details: { to: name } });
  return name;
}

/** It can be restored for a day. Throws `not-found` and `forbidden`. */
export async function deletePreset(ctx: PresetContext, user: PresetUser, ref: PresetRef): Promise<void> {
  const key = await changeable(ctx, user, ref);
  if (!(await storeOf(ctx).remove(key, ctx.now()))) throw noPreset(ref);
  await noteShared(ctx, user, { action: 'preset-deleted', key });
}

/** Throws `gone` when it is too late, `forbidden`, and `conflict` if there is no more room. */
export async function restorePreset(ctx: PresetContext, user: PresetUser, ref: PresetRef): Promise<void> {
  const { name: script } = await readScript(ctx, user, ref.script);
  const key = keyOf(user, { ...ref, script });
  const maker = key === undefined ? undefined : await storeOf(ctx).removedMaker(key);
  if (key !== undefined && maker !== undefined) {
    authorizeChange(user, maker);
    if (await storeOf(ctx).restore(key)) return noteShared(ctx, user, { action: 'preset-restored', key });
  }
  throw new AppError('gone', `The preset “${ref.name}” can no longer be restored.`);
}

/** Presets of one's own are nobody else's concern. */
async function noteShared(
  { audit }: PresetContext,
  { actor }: PresetUser,
  { action, key, details = {} }: Pick<AuditEvent, 'action' | 'details'> & { readonly key: PresetKey },
): Promise<void> {
  if (key.owner === '')
    await audit?.record(actor, { action, script: key.script, details: { name: key.name, ...details } });
}

/** The values with which the user last ran the script from its form, as far as they fit; undefined: there are none. */
export async function lastValues(
  ctx: PresetContext,
  { owner }: PresetUser,
  { name, schema }: Script,
): Promise<FittingValues | undefined> {
  const values = owner === undefined ? undefined : await ctx.presets?.last(name, ownerKey(owner));
  return values === undefined ? undefined : fittingNow(ctx, schema, values);
}

/** Remembers them for `lastValues`; not if they are too large. */
export async function noteLastValues(
  ctx: PresetContext,
  owner: PresetOwner,
  { name, schema }: Script,
  given: ParameterValues,
): Promise<void> {
  const values = presetValues(schema, given);
  if (JSON.stringify(values).length > PRESET_LIMITS.valueChars) return;
  await ctx.presets?.noteLast(name, ownerKey(owner), values, ctx.now());
}

function fittingNow({ now, timezone }: PresetContext, schema: ParametersSchema, values: ParameterValues) {
  return fittingValues(schema, values, { nowMs: now(), timezone });
}

/** A script that was renamed takes the presets of its earlier names with it. */
async function readScript(ctx: PresetContext, { actor }: PresetUser, name: string): Promise<Script> {
  const script = await findScript(ctx, actor, name);
  authorize(actor, { type: 'run-script', script: script.name });
  authorize(actor, { type: 'use-presets' });
  if (script.aliases !== undefined) await storeOf(ctx).adopt(script.name, script.aliases);
  return script;
}

async function changeable(ctx: PresetContext, user: PresetUser, ref: PresetRef): Promise<PresetKey> {
  const { name: script } = await readScript(ctx, user, ref.script);
  const key = keyOf(user, { ...ref, script });
  const preset = key === undefined ? undefined : await storeOf(ctx).find(key);
  if (key === undefined || preset === undefined) throw noPreset(ref);
  authorizeChange(user, preset.maker);
  return key;
}

function authorizeChange(user: PresetUser, maker: string): void {
  authorize(user.actor, { type: 'change-preset', isMaker: isMaker(user, maker) });
}

function isMaker({ owner }: PresetUser, maker: string): boolean {
  return owner !== undefined && ownerKey(owner) === maker;
}

function shown(preset: Preset, user: PresetUser): ShownPreset {
  const mayChange = permits(user.actor, { type: 'change-preset', isMaker: isMaker(user, preset.maker) });
  return { ...preset, mayChange };
}

/** Undefined: the user has no presets of his own. */
function keyOf({ owner }: PresetUser, { script, name, isShared }: PresetRef): PresetKey | undefined {
  if (isShared) return { script, owner: '', name };
  return owner === undefined ? undefined : { script, owner: ownerKey(owner), name };
}

/** In the types of the parameters. Values that are missing are no problem. Throws `invalid` with every wrong field. */
function checkedValues(
  { now, timezone }: PresetContext,
  schema: ParametersSchema,
  values: Readonly<Record<string, unknown>>,
): ParameterValues {
  const open = presetValues(schema, values as ParameterValues);
  return checkValues(onlyGiven(schema, open), open, { nowMs: now(), timezone }).given;
}

/** A use is noted once a day: looking at a page writes nothing more. */
async function noteUse(ctx: PresetContext, key: PresetKey): Promise<void> {
  await storeOf(ctx).touch(key, { beforeMs: ctx.now() - DAY_MS, nowMs: ctx.now() });
}

function storeOf({ presets }: PresetContext): PresetStore {
  if (presets === undefined) throw new AppError('unavailable', 'Presets cannot be kept here.');
  return presets;
}

function noPreset({ name }: PresetRef): AppError {
  return new AppError('not-found', `There is no preset “${name}”.`);
}
