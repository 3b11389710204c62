/**
 * Beside a date field: what a relative date in it means now. The server wrote the first text; this follows the typing.
 */
import { isTimezone } from '../../domain/time/timezone.ts';
import { relativeDateText } from '../../domain/parameter/relative-date-text.ts';

export function startDatePreview(): void {
  document.addEventListener('input', (event) => preview(event.target as HTMLInputElement));
  document.addEventListener('change', (event) => preview(event.target as HTMLInputElement));
  // the server did not know the zone at the first visit
  for (const output of document.querySelectorAll<HTMLOutputElement>('output[data-preview]')) {
    const input = document.getElementById(output.htmlFor.value);
    if (input instanceof HTMLInputElement) preview(input);
  }
}

function preview(input: HTMLInputElement): void {
  // a change of the zone changes what the moment means
  const field = input.matches('.zone') ? input.closest('.field') : input.closest('.date-part');
  const output = field?.querySelector<HTMLOutputElement>('output[data-preview]');
  const text = field?.querySelector<HTMLInputElement>('.date input[type="text"]');
  const zone = input.closest('.field')?.querySelector<HTMLInputElement>('.zone')?.value.trim() ?? '';
  if (output == null || text == null) return;
  const { locale = 'en' } = document.body.dataset;
  const reader = { language: document.documentElement.lang, locale };
  const shown = relativeDateText(text.value, output.dataset['preview'] === 'datetime' ? 'datetime' : 'date', reader, {
    nowMs: Date.now(),
    timezone: zone !== '' && isTimezone(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  if (output.textContent !== shown) output.textContent = shown;
}
