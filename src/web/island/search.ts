/** The catalogue's search: rows are filtered while typing, Enter opens the first, `/` moves the focus here. */
import { askServer, isAnswered, isPartial } from './search-server.ts';

export function startSearch(): void {
  document.addEventListener('input', (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches('.search input[name="q"]')) search(input);
  });
  document.addEventListener('submit', (event) => {
    if (!(event.target as HTMLElement).matches('form.search')) return;
    const first = shownRows()[0];
    const input = (event.target as HTMLElement).querySelector<HTMLInputElement>('input[name="q"]');
    // the rows may still be those of what was typed before
    if (first === undefined || (isPartial() && input !== null && !isAnswered(input))) return;
    event.preventDefault();
    first.click();
  });
  document.addEventListener('keydown', onKey);
}

function onKey(event: KeyboardEvent): void {
  const input = document.querySelector<HTMLInputElement>('.search input[name="q"]');
  if (input === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && !isTyping(event.target)) {
    event.preventDefault();
    input.select();
  }
  if (event.key === 'Escape' && event.target === input) {
    input.value = '';
    search(input);
  }
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type="checkbox"], [type="range"]), textarea, select, [contenteditable]')
  );
}

/** After the rows were changed: the typed filter still applies. */
export function refilter(): void {
  const input = document.querySelector<HTMLInputElement>('.search input[name="q"]');
  if (input !== null && input.value !== input.defaultValue && !isPartial()) filter(input.value);
}

function search(input: HTMLInputElement): void {
  if (isPartial()) askServer(input);
  else filter(input.value);
}

function shownRows(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>('.row:not([hidden]) .row-title')];
}

function filter(query: string): void {
  const words = query.toLowerCase().split(/\s+/);
  const rows = [...document.querySelectorAll<HTMLElement>('[data-words]')];
  for (const row of rows) row.hidden = !words.every((word) => row.dataset['words']?.includes(word));
  for (const group of document.querySelectorAll<HTMLElement>('[data-group]'))
    group.hidden = group.querySelector('.row:not([hidden])') === null;
  const recent = document.querySelector<HTMLElement>('.recent');
  if (recent !== null) recent.hidden = query.trim() !== '';
  say(rows.filter((row) => !row.hidden).length, query);
}

function say(count: number, query: string): void {
  const found = document.querySelector<HTMLElement>('[data-found]');
  if (found !== null)
    found.textContent =
      (count === 1 ? found.dataset['one'] : found.dataset['many']?.replace('{count}', String(count))) ?? '';
  const none = document.querySelector<HTMLElement>('[data-none]');
  if (none === null) return;
  none.hidden = count > 0;
  const text = none.querySelector('p');
  if (text !== null) text.textContent = none.dataset['text']?.replace('{query}', query.trim()) ?? '';
}
