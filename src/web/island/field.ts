/** Controls that need more than the browser provides: sliders beside their number, dates with a picker. */

export function startField(): void {
  syncFields();
  document.addEventListener('input', (event) => {
    const input = event.target as HTMLInputElement;
    const slider = input.closest('.slider');
    if (slider !== null) mirror(slider, input);
    const range = input.closest<HTMLElement>('.range');
    if (range !== null) mirrorRange(range, input);
    const color = input.closest('.color');
    if (color !== null) mirrorColor(color, input);
  });
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest('[data-pick]');
    const native = button?.parentElement?.querySelector<HTMLInputElement>('.date-native');
    if (native == null) return;
    const text = textOf(native);
    // text that is not a date, such as a relative one, leaves the picker empty
    native.value = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?$/.test(text.value) ? text.value.replace(' ', 'T') : '';
    native.showPicker();
  });
  document.addEventListener('change', (event) => {
    const native = event.target as HTMLInputElement;
    if (!native.matches('.date-native') || native.value === '') return;
    const text = textOf(native);
    text.value = native.value.replace('T', ' ');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    submitInputs();
  });
}

/** After the page has changed: what these controls show beside their values. */
export function syncFields(): void {
  for (const range of document.querySelectorAll<HTMLElement>('.range')) fillRange(range);
  placeCarets();
}

/** Puts the caret of a field with a mistake where the mistake is. */
function placeCarets(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-caret-line]')) {
    const { caretLine = '1', caretColumn = '1' } = field.dataset;
    const before = field.value.split('\n').slice(0, Number(caretLine) - 1);
    const at = before.join('\n').length + (before.length > 0 ? 1 : 0) + Number(caretColumn) - 1;
    field.setSelectionRange(at, at + 1);
  }
}

/** Presses Run, wherever the focus is. */
export function submitInputs(): void {
  runButton()?.click();
}

/** Null where nothing can be run now. */
export function runButton(): HTMLButtonElement | null {
  return document.querySelector<HTMLButtonElement>('#inputs-form button.primary:enabled');
}

function textOf(native: HTMLInputElement): HTMLInputElement {
  return native.parentElement?.querySelector('input[type="text"]') as HTMLInputElement;
}

function mirror(slider: Element, from: HTMLInputElement): void {
  const [range, text] = slider.querySelectorAll('input');
  if (range === undefined || text === undefined) return;
  if (from === range) text.value = range.value;
  else if (text.value.trim() !== '') range.value = text.value.replace(',', '.');
}

/** Two thumbs above two numbers: the lower thumb stops at the upper one, and the other way round. */
function mirrorRange(range: HTMLElement, from: HTMLInputElement): void {
  const thumbs = [...range.querySelectorAll<HTMLInputElement>('.thumbs input')];
  const texts = [...range.querySelectorAll<HTMLInputElement>('input[type="text"]')];
  const [low, high] = thumbs;
  if (low === undefined || high === undefined) return;
  const at = thumbs.indexOf(from);
  if (at < 0) {
    for (const [index, thumb] of thumbs.entries()) setNumber(thumb, texts[index]?.value ?? '');
  } else {
    if (low.valueAsNumber > high.valueAsNumber) from.value = (from === low ? high : low).value;
    // an untouched other end is as good as chosen: a range has both
    for (const [index, text] of texts.entries())
      if (index === at || text.value.trim() === '') text.value = thumbs[index]?.value ?? '';
  }
  fillRange(range);
}

function setNumber(thumb: HTMLInputElement, text: string): void {
  if (text.trim() !== '') thumb.value = text.replace(',', '.');
}

/** The part between the thumbs is coloured. */
function fillRange(range: HTMLElement): void {
  const thumbs = [...range.querySelectorAll<HTMLInputElement>('.thumbs input')];
  for (const [index, { min, max, valueAsNumber }] of thumbs.entries())
    range.style.setProperty(
      index === 0 ? '--from' : '--to',
      String((valueAsNumber - Number(min)) / (Number(max) - Number(min))),
    );
}

function mirrorColor(color: Element, from: HTMLInputElement): void {
  const [native, text] = color.querySelectorAll('input');
  if (native === undefined || text === undefined) return;
  if (from === native) text.value = native.value;
  else {
    const full = text.value.trim().replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3');
    if (/^#[0-9a-f]{6}$/i.test(full)) native.value = full;
  }
}
