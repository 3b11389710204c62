/**
 * A long list of choices with a search: the combobox of the ARIA Authoring Practices, over the select or the check
 * boxes that the server sent. Those still hold what is chosen.
 */
import { type Answer, type Choice, requestChoices } from './choice-request.ts';

const QUIET_MS = 150;
const PAGE_STEP = 10;

interface Combobox {
  readonly form: HTMLFormElement;
  readonly field: HTMLElement;
  readonly input: HTMLInputElement;
  readonly list: HTMLUListElement;
  /** Undefined: several are chosen, in check boxes. */
  readonly select: HTMLSelectElement | null;
  timer?: ReturnType<typeof setTimeout>;
  asking?: AbortController;
  next: number | null;
  active: number;
  isTyped: boolean;
}

const made = new WeakMap<Element, Combobox>();

/** Adds the search to a field with many choices, removes it from one with few, and shows what is chosen. */
export function syncCombobox(form: HTMLFormElement, field: HTMLElement): void {
  const existing = field.querySelector('.combobox');
  const box = existing === null ? undefined : made.get(existing);
  if (!('many' in field.dataset)) {
    if (existing !== null) remove(field, existing);
    return;
  }
  if (box === undefined) {
    existing?.remove();
    create(form, field);
  } else if (box.list.hidden && document.activeElement !== box.input) showChosen(box);
}

function remove(field: HTMLElement, element: Element): void {
  element.remove();
  const select = field.querySelector('select');
  if (select === null) return;
  select.hidden = false;
  const label = field.querySelector('label');
  if (label !== null) label.htmlFor = select.id;
}

function create(form: HTMLFormElement, field: HTMLElement): void {
  const select = field.querySelector('select');
  const id = select?.id ?? field.querySelector('fieldset')?.id ?? '';
  const input = document.createElement('input');
  const list = document.createElement('ul');
  Object.assign(input, { type: 'text', id: `${id}-combobox`, autocomplete: 'off', spellcheck: false });
  const attributes = {
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': `${id}-list`,
    'aria-autocomplete': 'list',
  };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  input.setAttribute('aria-describedby', `${select?.getAttribute('aria-describedby') ?? ''} ${id}-choices`.trim());
  for (const name of ['aria-invalid', 'required']) {
    if (select?.hasAttribute(name) === true) input.setAttribute(name === 'required' ? 'aria-required' : name, 'true');
  }
  Object.assign(list, { id: `${id}-list`, hidden: true, role: 'listbox' });
  const element = document.createElement('div');
  element.className = 'combobox';
  element.append(input, list);
  if (select === null) {
    const words = field.dataset['search'] ?? '';
    input.ariaLabel = words;
    input.placeholder = words;
    list.ariaMultiSelectable = 'true';
    list.ariaLabel = words;
    field.querySelector('.choices')?.before(element);
  } else {
    const label = field.querySelector('label');
    list.ariaLabel = label?.textContent ?? '';
    if (label !== null) label.htmlFor = input.id;
    select.hidden = true;
    select.before(element);
  }
  const box: Combobox = { form, field, input, list, select, next: null, active: -1, isTyped: false };
  made.set(element, box);
  showChosen(box);
  listen(box);
}

function listen(box: Combobox): void {
  const { input, list } = box;
  input.addEventListener('input', (event) => {
    event.stopPropagation();
    box.isTyped = true;
    askSoon(box, QUIET_MS);
  });
  input.addEventListener('click', () => open(box));
  input.addEventListener('keydown', (event) => onKey(box, event));
  input.addEventListener('blur', () => close(box));
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (option !== null) choose(box, option);
  });
  list.addEventListener('scroll', () => {
    if (list.scrollTop + list.clientHeight > list.scrollHeight - list.clientHeight) more(box);
  });
}

function onKey(box: Combobox, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  const isOpen = !box.list.hidden;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE_STEP,
    PageUp: -PAGE_STEP,
  };
  const step = steps[event.key];
  if (step !== undefined) {
    event.preventDefault();
    if (isOpen) move(box, step);
    else open(box);
  } else if (event.key === 'Enter' && isOpen) {
    event.preventDefault();
    const option = optionsOf(box)[box.active];
    if (option !== undefined) choose(box, option);
  } else if (event.key === 'Escape' && isOpen) {
    event.preventDefault();
    close(box);
    box.input.select();
  }
}

function optionsOf({ list }: Combobox): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role="option"]')];
}

function move(box: Combobox, step: number): void {
  const last = optionsOf(box).length - 1;
  if (box.active === last && step > 0) more(box);
  activate(box, Math.max(0, Math.min(last, box.active + step)));
}

function activate(box: Combobox, index: number): void {
  const options = optionsOf(box);
  options[box.active]?.classList.remove('active');
  box.active = options.length === 0 ? -1 : Math.min(index, options.length - 1);
  const option = options[box.active];
  option?.classList.add('active');
  option?.scrollIntoView({ block: 'nearest' });
  if (option === undefined) box.input.removeAttribute('aria-activedescendant');
  else box.input.setAttribute('aria-activedescendant', option.id);
}

function open(box: Combobox): void {
  if (!box.list.hidden) return;
  box.isTyped = false;
  box.input.select();
  askSoon(box, 0);
}

/** Shows again what is chosen; an emptied field chooses nothing, if the author allows that. */
function close(box: Combobox): void {
  clearTimeout(box.timer);
  box.asking?.abort();
  const { input, list, select } = box;
  list.hidden = true;
  input.ariaExpanded = 'false';
  input.ariaBusy = null;
  input.removeAttribute('aria-activedescendant');
  const isEmptied = box.isTyped && input.value.trim() === '' && select !== null && select.value !== '';
  if (isEmptied && [...select.options].some(({ value }) => value === '')) setSelect(select, { value: '', label: '' });
  showChosen(box);
  say(box, '');
}

function showChosen({ input, select }: Combobox): void {
  input.value = select === null || select.value === '' ? '' : (select.selectedOptions[0]?.text ?? '');
}

function askSoon(box: Combobox, quietMs: number): void {
  clearTimeout(box.timer);
  box.timer = setTimeout(() => void ask(box, 0), quietMs);
}

function more(box: Combobox): void {
  if (box.next !== null && box.input.ariaBusy !== 'true') void ask(box, box.next);
}

async function ask(box: Combobox, offset: number): Promise<void> {
  const { form, field, input } = box;
  box.asking?.abort();
  const own = new AbortController();
  box.asking = own;
  input.ariaBusy = 'true';
  const name = field.dataset['field'] ?? '';
  const search = box.isTyped ? input.value.trim().slice(0, 200) : '';
  let answer: Answer | undefined;
  try {
    answer = (await requestChoices(form, { field: name, search, offset }, own.signal))[name];
  } catch {
    if (own.signal.aborted) return;
  }
  input.ariaBusy = null;
  if (answer === undefined) return say(box, field.dataset['failed'] ?? '');
  show(box, answer, offset);
}

function show(box: Combobox, { choices, total, next, problem }: Answer, offset: number): void {
  const { list, input, field } = box;
  if (offset === 0) {
    list.replaceChildren();
    list.scrollTop = 0;
    box.active = -1;
  }
  const chosen = chosenOf(box);
  list.append(...choices.map((choice, index) => optionOf(choice, `${list.id}-${String(offset + index)}`, chosen)));
  box.next = next;
  list.hidden = list.childElementCount === 0;
  input.ariaExpanded = String(!list.hidden);
  const found = (field.dataset['found'] ?? '').replace('{count}', total.toLocaleString());
  say(box, problem ?? (total === 0 ? (field.dataset['none'] ?? '') : found));
  if (offset > 0) return activate(box, offset);
  const current = optionsOf(box).findIndex((option) => option.ariaSelected === 'true');
  activate(box, box.isTyped ? 0 : Math.max(0, current));
}

function optionOf({ value, label }: Choice, id: string, chosen: ReadonlySet<string>): HTMLLIElement {
  const option = document.createElement('li');
  Object.assign(option, { id, role: 'option', textContent: label, ariaSelected: String(chosen.has(value)) });
  option.dataset['value'] = value;
  if (label !== value) option.title = value;
  return option;
}

function chosenOf({ field, select }: Combobox): ReadonlySet<string> {
  return new Set(
    select === null
      ? [...field.querySelectorAll<HTMLInputElement>('.choices input:checked')].map(({ value }) => value)
      : [select.value],
  );
}

function choose(box: Combobox, option: HTMLElement): void {
  const choice = { value: option.dataset['value'] ?? '', label: option.textContent };
  if (box.select !== null) {
    box.isTyped = false;
    setSelect(box.select, choice);
    close(box);
    box.input.select();
    return;
  }
  const isChosen = toggleBox(box.field, choice);
  option.ariaSelected = String(isChosen);
}

function setSelect(select: HTMLSelectElement, { value, label }: Choice): void {
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(label, value));
  if (select.value === value) return;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Whether it is chosen now. One that was not in the list is put on top. */
function toggleBox(field: HTMLElement, { value, label }: Choice): boolean {
  const boxes = [...field.querySelectorAll<HTMLInputElement>('.choices input')];
  let input = boxes.find((each) => each.value === value);
  if (input === undefined) {
    const row = document.createElement('label');
    const text = document.createElement('span');
    text.textContent = label;
    input = Object.assign(document.createElement('input'), { type: 'checkbox', name: field.dataset['field'], value });
    row.append(input, text);
    field.querySelector('.choices')?.prepend(row);
  }
  input.checked = !input.checked;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  return input.checked;
}

function say({ field }: Combobox, text: string): void {
  const state = field.querySelector('.choice-state');
  const usual = (field.dataset['manyText'] ?? '').replace('{count}', Number(field.dataset['total']).toLocaleString());
  if (state !== null) state.textContent = text === '' ? usual : text;
}
