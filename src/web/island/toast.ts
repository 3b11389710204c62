/** A short message at the bottom of the page, read out politely. */
const SHOWN_MS = 2_400;
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string): void {
  const element = document.getElementById('toast');
  if (element === null) return;
  clearTimeout(timer);
  element.textContent = text;
  element.classList.add('shown');
  timer = setTimeout(() => element.classList.remove('shown'), SHOWN_MS);
}

export function toastFailure(): void {
  toast(document.getElementById('toast')?.dataset['failed'] ?? '');
}
