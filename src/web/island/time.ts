/** Updates ages and elapsed times, and tells the server the viewer's zone so that it writes times in it. */
import { ageText, durationText } from '../../domain/text/duration.ts';
import { tellQuiet } from './quiet.ts';

const ZONE_COOKIE = 'script_runner_zone';
const TICK_MS = 1_000;
const YEAR_S = 31_536_000;

export function startTime(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const home = document.querySelector<HTMLAnchorElement>('a.brand')?.pathname ?? '/';
  // whoever comes with a link leaves no trace in the browser
  if (!('withoutCookies' in document.body.dataset))
    document.cookie = `${zoneCookie(home)}=${zone}; path=${home}; max-age=${String(YEAR_S)}; samesite=lax${isSecure() ? '; secure' : ''}`;
  freshen();
  setInterval(freshen, TICK_MS);
}

/** Named as `http/access/cookie-place.ts` names the others. */
function zoneCookie(home: string): string {
  if (!isSecure()) return ZONE_COOKIE;
  return `${home === '/' ? '__Host-' : '__Secure-'}${ZONE_COOKIE}`;
}

const isSecure = () => location.protocol === 'https:';

/** Also after a part of the page was replaced. */
export function freshen(): void {
  tellQuiet();
  const { locale = 'en', zone = 'UTC' } = document.body.dataset;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const now = Date.now();
  const full = own === zone ? undefined : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const at = Date.parse(element.dateTime);
    if ('age' in element.dataset) write(element, ageText(at, now, document.documentElement.lang));
    if (full === undefined) continue;
    element.title = full.format(at);
    if ('full' in element.dataset) write(element, full.format(at));
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-since]')) {
    const ms = now - Date.parse(element.dataset['since'] ?? '');
    if (ms >= 0) write(element, durationText(ms < 1_000 ? 0 : ms, locale));
  }
  for (const element of document.querySelectorAll<HTMLInputElement>('input[name="_timezone"]')) element.value = own;
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
