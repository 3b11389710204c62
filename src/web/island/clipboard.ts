/** Buttons that copy: a link, or the information that a report's author needs. */
import { toast, toastFailure } from './toast.ts';

export function startClipboard(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-copy]');
    if (button === null) return;
    const { copy = '', copyUrl, copied = '' } = button.dataset;
    const text = copyUrl === undefined ? absolute(copy) : `${copy}\n${absolute(copyUrl)}`;
    write(text).then(() => toast(copied), toastFailure);
  });
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}

/** The clipboard API exists only in secure contexts; elsewhere the old way. */
async function write(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not copied');
}
