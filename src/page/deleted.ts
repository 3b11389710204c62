/** The page of a deleted report: its script, its values, and a button to make it again. */
import type { Run } from '../domain/run/run.ts';
import { isPassword } from '../domain/parameter/parameter.ts';
import type { Script } from '../domain/script/script.ts';
import type { Urls } from './urls.ts';
import { valuesQuery } from './urls.ts';
import { message } from './message/message.ts';
import { shownValues, valueViews } from './value.ts';
import type { ValueView } from './value.ts';
import { dateText } from './viewer.ts';
import type { Viewer } from './viewer.ts';

export interface DeletedView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly values: readonly ValueView[];
  /** Where Run again posts to; empty if the script no longer exists. */
  readonly action: string;
  readonly againUrl: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

export function deletedView(run: Run, script: Script | undefined, viewer: Viewer, urls: Urls): DeletedView {
  const known = script?.state === 'ready' ? script : undefined;
  const given = Object.fromEntries(
    Object.entries(run.given).filter(
      ([name]) => known !== undefined && name in known.schema.properties && !isPassword(known.schema.properties[name]),
    ),
  );
  const fields = Object.entries(valuesQuery(given)).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((text) => ({ name, value: text })),
  );
  return {
    id: run.id,
    title: run.title,
    fields,
    text: message.run.deletedText(dateText(run.deletedAtMs ?? viewer.nowMs, viewer)),
    values: valueViews(shownValues(run), script?.schema),
    action: known === undefined ? '' : urls.script(known.name),
    againUrl: known === undefined ? '' : urls.script(known.name, valuesQuery(given)),
  };
}
