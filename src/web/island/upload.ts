/**
 * File fields: files that are chosen, dropped or pasted are sent at once, with progress, and can be cancelled. The form
 * then sends what stands for them. Without this script the browser sends them with the form.
 */
import { bytesFormat } from '../../domain/text/intl.ts';
import { fitsName, isAccepted } from '../../domain/upload/upload-type.ts';
import { sendFile, type Sent } from './upload-send.ts';

const running = new Set<AbortController>();
/** Was submitted while files were on their way. */
let waiting: { readonly form: HTMLFormElement; readonly button: HTMLElement | null } | undefined;

export function startUploads(): void {
  document.addEventListener('change', ({ target }) => {
    const input = target as HTMLInputElement;
    const field = input.type === 'file' ? fieldOf(input) : null;
    if (field === null || input.files === null) return;
    take(field, [...input.files]);
    input.value = '';
  });
  // a file that misses its field must not replace the page
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event.dataTransfer) || document.querySelector('[data-upload]') === null) return;
    event.preventDefault();
    mark(fieldOf(event.target));
  });
  document.addEventListener('dragleave', () => mark(null));
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event.dataTransfer) || document.querySelector('[data-upload]') === null) return;
    event.preventDefault();
    mark(null);
    const field = fieldOf(event.target);
    if (field !== null) take(field, [...(event.dataTransfer?.files ?? [])]);
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const fields = document.querySelectorAll<HTMLElement>('[data-upload]');
    const field = fieldOf(event.target) ?? (fields.length === 1 ? (fields[0] ?? null) : null);
    if (files.length === 0 || field === null) return;
    event.preventDefault();
    take(field, files);
  });
  document.addEventListener('submit', holdBack, { capture: true });
}

function fieldOf(target: EventTarget | null): HTMLElement | null {
  const field = target instanceof Element ? target.closest('.field-file')?.querySelector('[data-upload]') : null;
  return field instanceof HTMLElement && field.closest('fieldset:disabled') === null ? field : null;
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true;
}

function mark(field: HTMLElement | null): void {
  for (const each of document.querySelectorAll('[data-upload]')) each.classList.toggle('upload-over', each === field);
}

/** The form is submitted when the files have arrived. */
function holdBack(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (running.size === 0 || form.querySelector('[data-upload]') === null) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { form, button: event.submitter };
  if (event.submitter !== null) event.submitter.ariaBusy = 'true';
}

function release(): void {
  if (running.size > 0 || waiting === undefined) return;
  const { form, button } = waiting;
  waiting = undefined;
  if (button !== null) button.ariaBusy = null;
  if (form.isConnected && form.querySelector('.upload-wrong') === null)
    form.requestSubmit(button?.isConnected === true ? button : null);
}

function take(field: HTMLElement, files: readonly File[]): void {
  const list = field.querySelector('ul') as HTMLUListElement;
  const isSeveral = 'several' in field.dataset;
  for (const old of list.querySelectorAll(isSeveral ? '.upload-wrong' : 'li')) remove(old);
  for (const file of isSeveral ? files : files.slice(-1)) void send(field, list, file);
}

const controllers = new WeakMap<Element, AbortController>();

function remove(item: Element): void {
  controllers.get(item)?.abort();
  item.remove();
}

async function send(field: HTMLElement, list: HTMLUListElement, file: File): Promise<void> {
  const words = field.dataset;
  const controller = new AbortController();
  const { item, bar, state } = addItem(list, file, words);
  controllers.set(item, controller);
  const problem = problemOf(field, file);
  if (problem !== undefined) return refuse(item, state, problem);
  running.add(controller);
  try {
    const sent = await sendFile(file, {
      url: words['url'] ?? '',
      signal: controller.signal,
      onProgress(bytes, isLost) {
        bar.value = file.size === 0 ? 0 : bytes / file.size;
        state.textContent = isLost ? (words['waits'] ?? '') : `${Math.floor(bar.value * 100)} %`;
      },
    });
    const wrong = typeProblem(field, sent);
    if (wrong !== undefined) refuse(item, state, wrong);
    else finish(item, state, { field, sent });
  } catch (error) {
    if (!controller.signal.aborted) refuse(item, state, error instanceof Error ? error.message : String(error));
  } finally {
    running.delete(controller);
    release();
  }
}

function addItem(list: HTMLUListElement, file: File, words: DOMStringMap) {
  const item = document.createElement('li');
  const name = element('span', 'upload-name', file.name);
  const bar = document.createElement('progress');
  bar.ariaLabel = `${words['sending'] ?? ''}: ${file.name}`;
  bar.value = 0;
  const state = element('span', 'upload-size', '');
  const cancel = element('button', 'upload-cancel', '✕') as HTMLButtonElement;
  cancel.type = 'button';
  cancel.title = words['cancel'] ?? '';
  cancel.ariaLabel = `${words['cancel'] ?? ''}: ${file.name}`;
  cancel.addEventListener('click', () => {
    const field = item.closest('.field-file');
    remove(item);
    field?.querySelector<HTMLElement>('input[type="file"]')?.focus();
  });
  item.append(name, state, cancel, bar);
  list.append(item);
  return { item, bar, state };
}

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** As the server shows a file that is there. */
function finish(
  item: HTMLElement,
  state: HTMLElement,
  { field, sent }: { readonly field: HTMLElement; readonly sent: Sent },
): void {
  const label = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.name = field.dataset['upload'] ?? '';
  box.value = sent.upload;
  box.checked = true;
  label.append(box, element('span', 'upload-name', sent.name));
  state.textContent = bytesFormat(navigator.language, sent.sizeBytes);
  item.replaceChildren(label, state);
  say(field, `${field.dataset['sent'] ?? ''}: ${sent.name}`);
}

function refuse(item: HTMLElement, state: HTMLElement, problem: string): void {
  item.className = 'upload-wrong';
  item.querySelector('progress')?.remove();
  state.textContent = '';
  const text = element('p', 'error', problem);
  text.role = 'alert';
  item.append(text);
}

function say(field: HTMLElement, text: string): void {
  const status = field.querySelector('[role="status"]');
  if (status !== null) status.textContent = text;
}

function problemOf(field: HTMLElement, file: File): string | undefined {
  const { most, empty, large } = field.dataset;
  if (file.size === 0) return empty;
  return file.size > Number(most) ? large : undefined;
}

function typeProblem(field: HTMLElement, { name, type }: Sent): string | undefined {
  const accept = field.querySelector<HTMLInputElement>('input[type="file"]')?.accept ?? '';
  if (accept === '') return undefined;
  const isOne = accept.split(',').some((entry) => isAccepted(entry, name, type)) && fitsName(name, type);
  return isOne ? undefined : field.dataset['type'];
}
