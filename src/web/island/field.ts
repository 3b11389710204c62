/** Controls that need more than the browser provides: sliders beside their number, dates with a picker. */

export function startField(): void {
  document.addEventListener('input', (event) => {
    const input = event.target as HTMLInputElement;
    const slider = input.closest('.slider');
    if (slider !== null) mirror(slider, input);
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
