/** Buttons that copy a link, or a text. */
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

export function startClipboard(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-copy], [data-copy-text]');
    if (button === null) return;
    const { copy = '', copyText = absolute(copy), copied = '' } = button.dataset;
    writeClipboard(copyText).then(() => toast(copied), toastFailure);
  });
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
