/** A script's form as the page shows it: the domain's fields with their hints, their problems and their ids. */
import type { FieldProblem } from '../domain/error.ts';
import { bytesText } from './viewer.ts';
import type { Json } from '../domain/text/json.ts';
import { formFields } from '../domain/parameter/form.ts';
import type { Field, FieldFile } from '../domain/parameter/field.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { dependenciesOf, visibilities } from '../domain/parameter/parameter-dependency.ts';
import { hiddenNames } from '../domain/parameter/parameter-visible.ts';
import { controlView, type ControlView, placeholderOf, timezones } from './field-control.ts';
import { helpHtml } from './help-text.ts';
import { message } from './message/message.ts';
import { UPLOAD_WORDS } from './message/message-upload.ts';
import {
  type ChoicesByName,
  type ChoicesView,
  choicesView,
  type Searches,
  shownSchema,
  shownValues,
} from './form-choice.ts';
import type { Viewer } from './viewer.ts';

/** What a file field says while a file is sent. */
type UploadView = Readonly<
  Record<'drop' | 'sending' | 'sent' | 'waits' | 'cancel' | 'empty' | 'large' | 'type', string>
>;

interface FileView extends FieldFile {
  readonly size: string;
}

export interface FieldView extends Omit<Field, 'files' | 'ends' | 'zone'>, ControlView {
  readonly files: readonly FileView[];
  /** Words of a file field. */
  readonly upload?: UploadView;
  readonly id: string;
  readonly hint: string;
  /** The author's expression that applies while the field is empty. */
  readonly source: string;
  readonly error: string;
  /** Help in Markdown as HTML; empty: none. */
  readonly helpHtml: string;
  /** Existing ids of unit, preview, help, hint and error, for `aria-describedby`. */
  readonly describedBy: string;
  readonly autofocus: boolean;
  /** Not shown, as `when` does not hold. */
  readonly isHidden: boolean;
  /** The condition under which it is shown, as JSON; empty: always. */
  readonly when: string;
  /** Of an input whose choices come from elsewhere. */
  readonly choices: ChoicesView | undefined;
  /** The value that it has for the conditions of others while it is empty or not shown, as JSON. */
  readonly usual: string;
}

export interface GroupView {
  readonly label: string;
  /** It can be folded, and is unless `open`. */
  readonly isFolded: boolean;
  readonly open: boolean;
  readonly fields: readonly FieldView[];
}

export interface FormView {
  readonly fields: readonly FieldView[];
  readonly groups: readonly GroupView[];
  readonly errors: number;
  readonly isEmpty: boolean;
  /** The form must be sent as `multipart/form-data`. */
  readonly hasFiles: boolean;
  /** Zones to choose from, if a field asks for one. */
  readonly timezones: readonly string[];
  /** Some inputs depend on others: without JavaScript they follow when a button is pressed. */
  readonly isDependent: boolean;
  /** Some inputs have choices from elsewhere. */
  readonly hasChoices: boolean;
}

/** What is shown beside the values. */
export interface FormState {
  readonly problems?: readonly FieldProblem[];
  readonly choices?: ChoicesByName;
  readonly searches?: Searches;
}

/** `given` are the values to show (the author's defaults fill the rest); `problems` are shown beside their fields. */
export function formView(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  viewer: Viewer,
  { problems = [], choices = new Map(), searches = {} }: FormState = {},
): FormView {
  const first = problems.find(({ field }) => Object.hasOwn(schema.properties, field))?.field;
  const values = shownValues(schema, given, choices);
  const hidden = hiddenInputs(schema, values);
  const decisive = new Set(Object.values(schema.properties).flatMap(dependenciesOf));
  const fields = formFields(shownSchema(schema, values, choices), values, {
    yes: message.script.yes,
    no: message.script.no,
    none: message.script.none,
  }).map((field) =>
    fieldView(field, {
      source: schema.properties[field.name]?.['x-source'] ?? '',
      viewer,
      problem: problems.find((problem) => problem.field === field.name),
      autofocus: field.name === first,
      isHidden: hidden.has(field.name),
      choices: choicesView(schema.properties[field.name], choices.get(field.name), searches[field.name] ?? ''),
      when: jsonOf(schema.properties[field.name]?.['x-visible-when']),
      usual: decisive.has(field.name) ? jsonOf(schema.properties[field.name]?.default) : '',
    }),
  );
  const labels = [...new Set(fields.map(({ group = '' }) => group))].filter((label) => label !== '');
  return {
    fields: fields.filter(({ group = '' }) => group === ''),
    groups: labels.map((label) => {
      const own = fields.filter(({ group }) => group === label);
      const isFolded = own.some(({ isGroupFolded }) => isGroupFolded === true);
      return { label, fields: own, isFolded, open: own.some(({ error }) => error !== '') };
    }),
    errors: problems.length,
    isEmpty: fields.length === 0,
    hasFiles: fields.some(({ control }) => control === 'file'),
    timezones: fields.some(({ zone }) => zone !== undefined) ? timezones() : [],
    isDependent: decisive.size > 0 || fields.some((field) => field.choices?.isMany === true),
    hasChoices: fields.some((field) => field.choices !== undefined),
  };
}

function hiddenInputs({ properties }: ParametersSchema, given: Readonly<Record<string, unknown>>): Set<string> {
  return hiddenNames(visibilities(properties), (name) =>
    Object.hasOwn(given, name) ? (given[name] as Json) : (properties[name]?.default ?? null),
  );
}

function jsonOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

interface Circumstances extends Pick<FieldView, 'source' | 'autofocus' | 'isHidden' | 'when' | 'usual' | 'choices'> {
  readonly viewer: Viewer;
  readonly problem: FieldProblem | undefined;
}

function fieldView(field: Field, { viewer, problem, ...more }: Circumstances): FieldView {
  const id = `field-${field.name}`;
  const computed =
    more.source === '' ? '' : field.control === 'password' ? message.script.ownPassword : message.script.computed;
  const hint = [field.control === 'file' ? fileHint(field, viewer) : '', computed]
    .filter((text) => text !== '')
    .join(' ');
  const control = controlView(field, viewer, problem);
  const error = problem?.message ?? '';
  const parts = [
    [field.unit, 'unit'],
    [control.preview === undefined ? '' : 'shown', 'preview'],
    [field.help, 'help'],
    [hint, 'hint'],
    [more.choices?.notice, 'notice'],
    [error, 'error'],
  ] as const;
  const describedBy = parts
    .filter(([text]) => text !== undefined && text !== '')
    .map(([, part]) => `${id}-${part}`)
    .join(' ');
  return {
    ...field,
    ...more,
    ...control,
    id,
    error,
    helpHtml: helpHtml(field.help ?? ''),
    hint,
    describedBy,
    placeholder: placeholderOf(field),
    ...(field.control === 'file' ? { upload: uploadView(field, viewer) } : {}),
    files: (field.files ?? []).map((file) => ({ ...file, size: bytesText(file.sizeBytes, viewer) })),
  };
}

function uploadView({ accept = '', maxBytes = 0, isSeveral = false }: Field, viewer: Viewer): UploadView {
  const { drop, sending, sent, waits, cancel, empty, large, type } = UPLOAD_WORDS;
  const own = { drop: drop(isSeveral), large: large(bytesText(maxBytes, viewer)), type: type(listOf(accept)) };
  return { ...own, sending, sent, waits, cancel, empty };
}

function listOf(accept: string): string {
  return accept.replaceAll(',', ', ');
}

function fileHint({ accept, maxBytes, placeholder }: Field, viewer: Viewer): string {
  const words = UPLOAD_WORDS;
  return [
    accept === undefined ? '' : words.accept(listOf(accept)),
    maxBytes === undefined ? '' : words.most(bytesText(maxBytes, viewer)),
    placeholder === undefined ? '' : words.usual(placeholder),
  ]
    .filter((text) => text !== '')
    .join(' ');
}
