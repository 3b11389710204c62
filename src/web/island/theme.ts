/** The colour switch: applies at once to this page and its report; the server remembers it for the next one. */
import { sendToFrame } from './frame-port.ts';
import { toastFailure } from './toast.ts';

export function startTheme(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const theme = (event.submitter as HTMLButtonElement | null)?.dataset['themeTo'];
    if (!form.matches('form.theme') || (theme !== 'light' && theme !== 'dark')) return;
    event.preventDefault();
    document.documentElement.dataset['theme'] = theme;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', theme);
    form.querySelector<HTMLButtonElement>(`[data-theme-to="${theme === 'dark' ? 'light' : 'dark'}"]`)?.focus();
    sendToFrame({ type: 'theme', theme });
    fetch(form.action, { method: 'POST', body: new URLSearchParams({ theme }) }).catch(toastFailure);
  });
}
