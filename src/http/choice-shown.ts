/** The choices that the form of a script's page shows, for the values that it has. */
import type { FastifyRequest } from 'fastify';
import { CHOICE_PAGE, listChoices } from '../app/choice/choice-list.ts';
import { mayRun } from '../domain/access/access.ts';
import { defined } from '../domain/defined.ts';
import { choiceNames } from '../domain/parameter/choice.ts';
import type { Script } from '../domain/script/script.ts';
import type { FormBody } from '../page/form-values.ts';
import type { ChoicesByName, Searches } from '../page/form-choice.ts';
import { viewerOf } from './access/viewer.ts';
import type { Site } from './site.ts';

/** A page does not wait longer for the choices of one input: with JavaScript it asks again, else a button does. */
const PATIENCE_MS = 2_000;

export interface ShownChoices {
  readonly choices?: ChoicesByName;
  readonly searches?: Searches;
}

/** `sent`: what was posted, with what to look for. */
export async function shownChoices(
  site: Site,
  request: FastifyRequest,
  script: Script,
  { values, sent = {} }: { readonly values: Readonly<Record<string, unknown>>; readonly sent?: FormBody | undefined },
): Promise<ShownChoices> {
  const names = script.state === 'ready' ? choiceNames(script.schema) : [];
  const { actor, timezone } = viewerOf(site, request);
  if (names.length === 0 || !mayRun(actor, script)) return {};
  const searches = Object.fromEntries(names.map((name) => [name, searchOf(sent[`_search_${name}`])]));
  const query = { script: script.name, values, searches, patienceMs: PATIENCE_MS, ...defined({ timezone }) };
  return { searches, choices: await listChoices(site.ctx, actor, query) };
}

function searchOf(sent: string | readonly string[] | undefined): string {
  return typeof sent === 'string' ? sent.trim().slice(0, CHOICE_PAGE.searchChars) : '';
}
