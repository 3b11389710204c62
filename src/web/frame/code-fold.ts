/**
 * Shows and hides code: all of it by the switch at the top, each cell's by a button beside it. Hidden code is found by
 * the browser's search, which shows it.
 */
import { WORDS } from '../../render/report-text.ts';

const HIDDEN = 'until-found';

function isAllShown(): boolean {
  return document.querySelector<HTMLInputElement>('#code-shown')?.checked === true;
}

function isShown(code: Element): boolean {
  return !code.hasAttribute('hidden') || (isAllShown() && !code.hasAttribute('data-closed'));
}

/** Once: the switch, and what the search finds. */
export function watchCodeSwitch(): void {
  document.querySelector('#code-shown')?.addEventListener('change', () => {
    for (const code of document.querySelectorAll('.code:not(.wanted)')) {
      code.removeAttribute('data-closed');
      code.setAttribute('hidden', HIDDEN);
    }
    for (const button of document.querySelectorAll('.code-button')) say(button);
  });
  document.addEventListener('beforematch', ({ target }) => {
    if (!(target instanceof Element)) return;
    target.removeAttribute('data-closed');
    if (target.matches('.code')) queueMicrotask(() => say(target.parentElement?.querySelector('.code-button') ?? null));
    // the panel of a tab
    const input = target.previousElementSibling?.previousElementSibling;
    if (target.matches('.tab-panel') && input instanceof HTMLInputElement) {
      input.checked = true;
      queueMicrotask(() => target.setAttribute('hidden', HIDDEN));
    }
  });
}

/** Adds a button to each cell that has code. */
export function addCodeButtons(root: ParentNode): void {
  const codes = [...root.querySelectorAll('.cell > .code')];
  if (root instanceof Element && root.matches('.cell > .code')) codes.push(root);
  for (const code of codes) {
    if (code.parentElement?.querySelector(':scope > .code-button') != null) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'code-button';
    code.before(button);
    say(button);
    button.addEventListener('click', () => {
      const shown = isShown(code);
      code.toggleAttribute('data-closed', shown);
      if (shown) code.setAttribute('hidden', HIDDEN);
      else code.removeAttribute('hidden');
      say(button);
    });
  }
}

function say(button: Element | null): void {
  const code = button?.parentElement?.querySelector(':scope > .code') ?? null;
  if (button === null || code === null) return;
  const shown = isShown(code);
  const text = shown ? WORDS.hideCode : WORDS.showThisCode;
  button.setAttribute('aria-expanded', String(shown));
  button.setAttribute('aria-label', text);
  button.setAttribute('title', text);
}
