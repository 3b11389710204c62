/** The link with the values that the form has now: what differs from the defaults, without passwords and files. */
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

/** Longer addresses are refused by proxies and cut by mail programs. */
const MOST_CHARS = 6_000;

export function startPresets(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('[data-values-link]');
    const form = link?.closest('form');
    if (link == null || form == null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { valuesLink = '', defaults = '{}', copied = '', long = '' } = link.dataset;
    const url = new URL(valuesLink, location.href);
    const usual = JSON.parse(defaults) as Record<string, readonly string[]>;
    for (const [name, texts] of textsOf(form, Object.keys(usual)))
      if (JSON.stringify(texts) !== JSON.stringify(usual[name]))
        for (const text of texts) url.searchParams.append(name, text);
    if (url.href.length > MOST_CHARS) toast(long);
    else writeClipboard(url.href).then(() => toast(copied), toastFailure);
  });
  document.addEventListener('keydown', (event) => {
    const menu = (event.target as HTMLElement).closest<HTMLDetailsElement>('details.presets[open]');
    if (event.key !== 'Escape' || menu === null) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
}

/** By name, without the texts of hidden fields that only say that a control is there. */
function textsOf(form: HTMLFormElement, names: readonly string[]): Map<string, readonly string[]> {
  const data = new FormData(form);
  const texts = new Map<string, readonly string[]>();
  for (const name of names) {
    const all = data.getAll(name).map((text) => String(text).replaceAll('\r\n', '\n'));
    if (all.length === 0) continue;
    const hidden = form.querySelector(`input[type="hidden"][name="${CSS.escape(name)}"]`) === null ? 0 : 1;
    texts.set(name, all.length > hidden ? all.slice(hidden) : all);
  }
  return texts;
}
