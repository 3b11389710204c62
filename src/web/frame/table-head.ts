/** Headings of tables that sort, and the fields below them that filter. */
import { WORDS } from '../../render/report-text.ts';

export function fieldFor(title: HTMLTableCellElement, onInput: () => void): HTMLInputElement {
  const field = made('input', 'table-filter');
  field.type = 'search';
  field.setAttribute('aria-label', WORDS.filterBy(title.textContent.trim()));
  field.addEventListener('input', onInput);
  return field;
}

export function around(field: HTMLInputElement): Element {
  const cell = document.createElement('th');
  cell.append(field);
  return cell;
}

/** The heading becomes a button; returns a function that makes it what it was. */
export function makeSortable(title: HTMLTableCellElement, sort: () => void): () => void {
  const content = [...title.childNodes];
  const button = made('button', 'table-sort');
  button.type = 'button';
  button.append(...content);
  if (button.textContent.trim() === '') button.setAttribute('aria-label', WORDS.sortRows);
  button.addEventListener('click', sort);
  title.append(button);
  return () => {
    title.replaceChildren(...content);
    title.removeAttribute('aria-sort');
  };
}

export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}
