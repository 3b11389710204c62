/**
 * Inputs whose choices depend on other inputs: they are asked for again when one of these changes. Late answers are
 * dropped; what is chosen stays chosen while it is a choice.
 */
import { visibleInputs, type VisibleWhen } from '../../domain/parameter/parameter-visible.ts';
import { type Answer, type Choice, formTexts, requestChoices } from './choice-request.ts';
import { syncCombobox } from './combobox.ts';
import { markRequired } from './field-state.ts';
import { syncVisibility } from './visibility.ts';

const QUIET_MS = 200;

let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;
let asked = '';
/** Inputs whose choices are to be asked for. */
const wanted = new Set<string>();

export function startChoices(): void {
  for (const type of ['input', 'change'] as const)
    document.addEventListener(type, (event) => {
      const { name = '' } = event.target as HTMLInputElement;
      const form = formOf();
      if (form !== null) followValues(form, name);
    });
  // the page changes when a run starts or ends
  new MutationObserver(sync).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'data-pending', 'data-many'],
  });
  sync();
}

function formOf(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>('#inputs-form[data-choices]');
}

function fieldsOf(form: HTMLFormElement): HTMLElement[] {
  return [...form.querySelectorAll<HTMLElement>('[data-inputs]')];
}

/** Asks for what the server has not sent yet, and gives long lists their search. */
function sync(): void {
  const form = formOf();
  if (form === null) return;
  for (const field of fieldsOf(form)) syncCombobox(form, field);
  const waiting = fieldsOf(form).filter((field) => 'pending' in field.dataset);
  if (waiting.length === 0 || timer !== undefined || asking !== undefined) return;
  if (form.querySelector('fieldset:disabled') !== null) return;
  const names = waiting.map(({ dataset }) => dataset['field'] ?? '');
  askSoon(form, [...names, ...dependentsOf(form, names)], 0);
}

/** A field that is left says again what it said while it was typed in. */
function followValues(form: HTMLFormElement, name: string): void {
  const names = dependentsOf(form, [name]);
  if (names.length === 0 || JSON.stringify(formTexts(form)) === asked) return;
  askSoon(form, names, QUIET_MS);
}

/** The inputs whose choices follow from these, also by way of others that are shown only with certain values. */
function dependentsOf(form: HTMLFormElement, names: readonly string[]): string[] {
  const changed = new Set(names);
  const fields = [...form.querySelectorAll<HTMLElement>('[data-inputs], [data-when]')];
  for (const name of changed)
    for (const { dataset } of fields) if (namesOf(dataset).includes(name)) changed.add(dataset['field'] ?? '');
  return fieldsOf(form)
    .filter(({ dataset }) => changed.has(dataset['field'] ?? '') && !names.includes(dataset['field'] ?? ''))
    .map(({ dataset }) => dataset['field'] ?? '');
}

function namesOf({ inputs = '[]', when = '' }: DOMStringMap): string[] {
  const conditions = when === '' ? [] : visibleInputs(JSON.parse(when) as VisibleWhen);
  return [...(JSON.parse(inputs) as string[]), ...conditions];
}

function askSoon(form: HTMLFormElement, names: readonly string[], quietMs: number): void {
  clearTimeout(timer);
  asking?.abort();
  asked = JSON.stringify(formTexts(form));
  for (const name of names) wanted.add(name);
  for (const field of wantedOf(form)) markBusy(field, true);
  timer = setTimeout(() => void ask(form), quietMs);
}

function wantedOf(form: HTMLFormElement): HTMLElement[] {
  return fieldsOf(form).filter(({ dataset }) => wanted.has(dataset['field'] ?? ''));
}

async function ask(form: HTMLFormElement): Promise<void> {
  const own = new AbortController();
  asking = own;
  const fields = wantedOf(form);
  let answers: Readonly<Record<string, Answer>> | undefined;
  try {
    const names = fields.map(({ dataset }) => dataset['field'] ?? '');
    if (names.length > 0) answers = await requestChoices(form, { fields: names }, own.signal);
  } catch {
    if (own.signal.aborted) return;
  }
  wanted.clear();
  for (const field of fields) {
    markBusy(field, false);
    delete field.dataset['pending'];
    const answer = answers?.[field.dataset['field'] ?? ''];
    if (answer === undefined) say(field, '.choice-state', field.dataset['failed'] ?? '');
    else show(field, answer);
    syncCombobox(form, field);
  }
  timer = undefined;
  asking = undefined;
  // for what is shown only with certain choices
  syncVisibility(form);
}

function markBusy(field: HTMLElement, isBusy: boolean): void {
  field.ariaBusy = isBusy ? 'true' : null;
  if (isBusy) say(field, '.choice-state', field.dataset['loading'] ?? '');
}

function say(field: HTMLElement, place: '.choice-state' | '.choice-notice', text: string): void {
  const state = field.querySelector(place);
  if (state !== null && state.textContent !== text) state.textContent = text;
}

function show(field: HTMLElement, answer: Answer): void {
  const { choices, chosen, total, next, notice = '', problem } = answer;
  const many = (field.dataset['manyText'] ?? '').replace('{count}', total.toLocaleString());
  field.dataset['total'] = String(total);
  field.toggleAttribute('data-many', next !== null);
  say(field, '.choice-state', problem ?? (next === null ? '' : many));
  say(field, '.choice-notice', notice);
  const values = new Set(choices.map(({ value }) => value));
  const all = [...chosen.filter(({ value }) => !values.has(value)), ...choices];
  const select = field.querySelector('select');
  if (select !== null) showSelect(select, all, chosen[0]?.value ?? '');
  else showBoxes(field, all, new Set(chosen.map(({ value }) => value)));
  markRequired(field, answer.required);
}

/** The option for no value stays if the author allows none; without one, nothing would be chosen silently. */
function showSelect(select: HTMLSelectElement, choices: readonly Choice[], chosen: string): void {
  const none = [...select.options].find(({ value }) => value === '');
  const first = none ?? (chosen === '' ? new Option('–', '') : undefined);
  const options = choices.map(({ value, label }) => new Option(label, value));
  select.replaceChildren(...(first === undefined ? [] : [first]), ...options);
  select.value = chosen;
}

function showBoxes(field: HTMLElement, choices: readonly Choice[], chosen: ReadonlySet<string>): void {
  const name = field.dataset['field'] ?? '';
  const rows = choices.map(({ value, label }) => boxOf(name, { value, label }, chosen.has(value)));
  field.querySelector('.choices')?.replaceChildren(...rows);
}

/** A row of a list of check boxes. */
function boxOf(name: string, { value, label }: Choice, isChecked: boolean): HTMLLabelElement {
  const row = document.createElement('label');
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', name, value, checked: isChecked });
  const text = document.createElement('span');
  text.textContent = label;
  row.append(box, text);
  return row;
}
