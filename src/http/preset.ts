/** Presets on the page of a script: what the buttons around the form do, and the values with which the form begins. */
import { authorize, mayRun, permits } from '../domain/access/access.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  deletePreset,
  lastValues,
  listPresets,
  noteLastValues,
  renamePreset,
  restorePreset,
  savePreset,
  usePreset,
  type PresetRef,
} from '../app/preset.ts';
import { readValueFile } from '../app/value-file.ts';
import { AppError, type FieldProblem } from '../domain/error.ts';
import { fileRule } from '../domain/parameter/parameter-file.ts';
import { fittingValues } from '../domain/parameter/parameter-fit.ts';
import { presetName } from '../domain/preset.ts';
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import { formValues, prefillValues, type FormBody } from '../page/form-values.ts';
import { PRESET_WORDS } from '../page/message/message-preset.ts';
import {
  LAST_PRESET,
  presetText,
  presetView,
  readPresetText,
  type PresetChoice,
  type PresetNote,
  type PresetView,
} from '../page/preset.ts';
import { actorOf } from './access/actor.ts';
import { knownUserOf, presetUserOf } from './access/visitor.ts';
import { uploadProblems } from './multipart.ts';
import type { Site } from './site.ts';
import { VALUES_FILE, VALUES_FILE_NAME } from './values-file.ts';

type Values = Readonly<Record<string, unknown>>;

/** What the form shows of presets. */
export interface PresetState {
  readonly current?: PresetChoice | undefined;
  readonly note?: PresetNote | undefined;
  readonly typed?: PresetChoice | undefined;
}

/** What a button did: the page to go to, or what the form shows now. */
export type PresetAction =
  { readonly to: string } | { readonly values: Values; readonly state: PresetState; readonly status: number };

interface Posted {
  readonly script: Script;
  readonly body: FormBody;
}

const DONE: Readonly<Record<string, (name: string) => string>> = {
  created: PRESET_WORDS.saved,
  replaced: PRESET_WORDS.replaced,
  renamed: PRESET_WORDS.renamed,
  deleted: PRESET_WORDS.deleted,
  restored: PRESET_WORDS.restored,
};
const STATUS: Readonly<Record<string, number>> = { 'not-found': 404, gone: 410, conflict: 409, forbidden: 403 };

/** Does what the pressed button says; undefined: it was none of ours, and the form is a submission. */
export async function actOnPreset(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  posted: Posted,
): Promise<PresetAction | undefined> {
  const { script, body } = posted;
  const typed = { name: textOf(body, '_name'), isShared: textOf(body, '_shared') !== '' };
  const pressed = textOf(body, '_do');
  // the key Enter presses the first button of a form
  const action = pressed === 'enter' && typed.name !== '' ? 'save' : pressed;
  if (action === '' || action === 'enter') return undefined;
  if (action !== 'fill') authorize(actorOf(site, request), { type: 'use-presets' });
  const values = prefillValues(script.schema, body);
  const current = readPresetText(textOf(body, '_current'));
  try {
    if (action === 'fill') return fill(site, request, posted);
    return await change(site, request, reply, { ...posted, action, current, typed });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const left = error.fields.filter(({ field }) => Object.hasOwn(script.schema.properties, field));
    const note = { text: error.message, isWrong: true, left };
    return {
      values,
      status: STATUS[error.code] ?? 422,
      state: { current, note, ...(action === 'save' ? { typed } : {}) },
    };
  }
}

interface Change extends Posted {
  readonly action: string;
  readonly current: PresetChoice | undefined;
  readonly typed: PresetChoice;
}

async function change(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { script, body, action, current, typed }: Change,
): Promise<PresetAction> {
  const { ctx, urls } = site;
  const user = knownUserOf(site, request, reply);
  const at = (done: string, preset: PresetChoice) => ({
    to: urls.script(script.name, { _preset: presetText(preset), _done: done }),
  });
  const ref = (preset: PresetChoice | undefined): PresetRef => {
    if (preset === undefined) throw new AppError('not-found', 'There is no such preset.');
    return { script: script.name, ...preset };
  };
  switch (action) {
    case 'save':
    case 'replace':
    case 'update': {
      const target = ref(action === 'update' ? current : typed);
      const done = await savePreset(ctx, user, { ...target, values: formValues(body), replace: action !== 'save' });
      if (done !== 'exists') return at(done, { ...target, name: presetName(target.name) });
      const note = { text: PRESET_WORDS.exists(target.name), asksToReplace: true };
      return { values: prefillValues(script.schema, body), status: 409, state: { current, note, typed } };
    }
    case 'rename': {
      const name = await renamePreset(ctx, user, ref(current), textOf(body, '_to'));
      return at('renamed', { ...ref(current), name });
    }
    case 'delete':
      await deletePreset(ctx, user, ref(current));
      return at('deleted', ref(current));
    case 'restore': {
      const gone = ref(readPresetText(textOf(body, '_gone')));
      await restorePreset(ctx, user, gone);
      return at('restored', gone);
    }
    default:
      throw new AppError('invalid', 'This button is not known. Reload the page.');
  }
}

/** Values of a file replace those of the form. */
function fill(site: Site, request: FastifyRequest, { script, body }: Posted): PresetAction {
  const wrong = uploadProblems(request).find(({ field }) => field === VALUES_FILE);
  if (wrong !== undefined) throw new AppError('invalid', wrong.message);
  const [text, name] = [textOf(body, VALUES_FILE), textOf(body, VALUES_FILE_NAME)];
  if (name === '') throw new AppError('invalid', PRESET_WORDS.noFile);
  const row = /^\d{1,9}$/.test(textOf(body, '_row')) ? Number(textOf(body, '_row')) : 1;
  const { values, rows } = readValueFile(script.schema, { name, text, row });
  const fitting = fittingValues(script.schema, values, { nowMs: site.ctx.now(), timezone: site.ctx.timezone });
  const note = { text: PRESET_WORDS.filled(name, row, rows), left: fitting.left };
  return { values: { ...prefillValues(script.schema, body), ...fitting.values }, status: 200, state: { note } };
}

/** With which values a form begins, and which of the address do not fit. */
export interface FormStart {
  readonly values: Values;
  readonly problems: readonly FieldProblem[];
  readonly state: PresetState;
}

/** The values with which the form begins, by the address (`?name=value`, `?_preset=…`). */
export async function startValues(site: Site, request: FastifyRequest, script: Script): Promise<FormStart> {
  const { values, problems } = linkValues(site, script, request.query as FormBody);
  return { ...(await presetStart(site, request, script, values)), problems };
}

/**
 * The values of an address, without those that do not fit: the form then has the defaults, and says so. Files are
 * never in one.
 */
export function linkValues({ ctx }: Site, { schema }: Script, query: FormBody): Omit<FormStart, 'state'> {
  const values = prefillValues(schema, query);
  const now = { nowMs: ctx.now(), timezone: ctx.timezone };
  const isFile = (name: string) => fileRule(schema.properties[name] ?? {}) !== undefined;
  const { left } = fittingValues(schema, withoutNames(values, isFile), now);
  const wrong = new Set(left.map(({ field }) => field));
  const problems = left.map(({ field, message }) => ({
    field,
    message: PRESET_WORDS.linkValue(textOf(query, field), message),
  }));
  return { values: withoutNames(values, (name) => wrong.has(name)), problems };
}

function withoutNames(values: ReturnType<typeof prefillValues>, isLeftOut: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isLeftOut(name)));
}

async function presetStart(
  site: Site,
  request: FastifyRequest,
  script: Script,
  given: Values,
): Promise<Omit<FormStart, 'problems'>> {
  const query = request.query as FormBody;
  const [text, done] = [textOf(query, '_preset'), DONE[textOf(query, '_done')]];
  if (text === '' || site.ctx.presets === undefined) return { values: given, state: {} };
  const user = presetUserOf(site, request);
  if (text === LAST_PRESET) {
    const last = await lastValues(site.ctx, user, script);
    if (last === undefined) return { values: given, state: {} };
    return {
      values: { ...last.values, ...given },
      state: { note: { text: PRESET_WORDS.usedLast, left: last.left } },
    };
  }
  const choice = readPresetText(text);
  if (choice === undefined) return { values: given, state: {} };
  if (textOf(query, '_done') === 'deleted')
    return { values: given, state: { note: { text: PRESET_WORDS.deleted(choice.name), undo: choice } } };
  try {
    const { values, left } = await usePreset(site.ctx, user, { script: script.name, ...choice });
    const note = { text: (done ?? PRESET_WORDS.used)(choice.name), left };
    return { values: { ...values, ...given }, state: { current: choice, note } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { values: given, state: { note: { text: error.message, isWrong: true } } };
  }
}

/** Undefined where there are no presets, or the script has nothing to fill in. */
export async function shownPresets(
  site: Site,
  request: FastifyRequest,
  script: Script,
  { values, state }: { readonly values: Values; readonly state: PresetState },
): Promise<PresetView | undefined> {
  const { ctx, urls } = site;
  if (ctx.presets === undefined || script.state !== 'ready') return undefined;
  if (Object.keys(script.schema.properties).length === 0) return undefined;
  const user = presetUserOf(site, request);
  if (!mayRun(user.actor, script) || !permits(user.actor, { type: 'use-presets' })) return undefined;
  const [presets, last] = await Promise.all([listPresets(ctx, user, script.name), lastValues(ctx, user, script)]);
  return presetView(script, values, { presets, hasLast: last !== undefined, ...state }, urls);
}

/** A run does not fail because its values could not be remembered. */
export async function rememberValues(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { script, run }: { readonly script: Script; readonly run: Run },
): Promise<void> {
  if (!permits(actorOf(site, request), { type: 'use-presets' })) return;
  try {
    await noteLastValues(site.ctx, knownUserOf(site, request, reply).owner, script, run.given);
  } catch (error) {
    site.ctx.log.warn({ error, run: run.id }, 'The values of a run could not be remembered for its viewer');
  }
}

/** The last one of several. */
function textOf(body: FormBody, name: string): string {
  return [body[name] ?? ''].flat().at(-1) ?? '';
}
