/** Buttons that copy a link. */
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

export function startClipboard(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-copy]');
    if (button === null) return;
    const { copy = '', copied = '' } = button.dataset;
    writeClipboard(absolute(copy)).then(() => toast(copied), toastFailure);
  });
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
