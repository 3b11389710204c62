/** Buttons that copy: a link, or the information that a report's author needs. */
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

export function startClipboard(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-copy]');
    if (button === null) return;
    const { copy = '', copyUrl, copied = '' } = button.dataset;
    const text = copyUrl === undefined ? absolute(copy) : `${copy}\n${absolute(copyUrl)}`;
    writeClipboard(text).then(() => toast(copied), toastFailure);
  });
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
