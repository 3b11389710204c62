/**
 * `/embed.js`, for pages of other sites: shows the report of a link, or the form of a script, where the script element
 * stands, as high as it is. A script, not a module: it imports nothing, and leaves nothing in the page but the frame.
 */
import type { EmbedMessage } from '../domain/report/embed-message.ts';

(() => {
  const LEAST_PX = 150;
  const MOST_PX = 4_000_000;
  const MOST_TITLE_CHARS = 300;

  /** Undefined unless `link` is a link of the server that this script is from. */
  function linkUrl(src: string, link: string, theme: string): URL | undefined {
    const url = urlBelow(new URL('l/', src), link);
    if (url === undefined) return undefined;
    url.search = '';
    url.searchParams.set('embed', '1');
    if (theme !== 'auto') url.searchParams.set('theme', theme);
    return url;
  }

  /** `script`: its name, and perhaps values of its form behind a `?`. */
  function formUrl(src: string, script: string, theme: string): URL | undefined {
    const forms = new URL(`embed/${theme}/s/`, src);
    return script === '' ? undefined : urlBelow(forms, forms.href + script.replace(/^\/+/, ''));
  }

  function urlBelow(place: URL, address: string): URL | undefined {
    const url = URL.canParse(address, place) ? new URL(address, place) : undefined;
    return url?.href.startsWith(place.href) === true && url.href !== place.href ? url : undefined;
  }

  function readMessage(data: unknown): EmbedMessage | undefined {
    if (typeof data !== 'object' || data === null) return undefined;
    const { type, px, title } = data as Partial<EmbedMessage>;
    const isRead = type === 'script-runner-height' && typeof px === 'number' && px >= 0 && px <= MOST_PX;
    return isRead && typeof title === 'string' ? { type, px, title: title.slice(0, MOST_TITLE_CHARS) } : undefined;
  }

  function show(element: HTMLScriptElement): void {
    const { src, dataset } = element;
    const { link, script = '', title } = dataset;
    const theme = ['light', 'dark'].find((each) => each === dataset['theme']) ?? 'auto';
    const url = link === undefined ? formUrl(src, script, theme) : linkUrl(src, link, theme);
    if (url === undefined) {
      const said =
        link === undefined
          ? 'data-script must be the name of a script, as its address has it behind /s/'
          : `data-link must be the address of a link that begins with ${new URL('l/', src).href}`;
      console.error(`Script Runner: ${said}`);
      return;
    }
    const frame = document.createElement('iframe');
    frame.title = title ?? 'Report';
    frame.loading = 'lazy';
    frame.allow = 'fullscreen';
    Object.assign(frame.style, { display: 'block', width: '100%', height: '400px', border: '0' });
    window.addEventListener('message', ({ source, origin, data }) => {
      const message = source === frame.contentWindow && origin === url.origin ? readMessage(data) : undefined;
      if (message === undefined) return;
      frame.style.height = `${String(Math.max(LEAST_PX, message.px))}px`;
      frame.title = title ?? message.title;
    });
    frame.src = url.href;
    element.after(frame);
  }

  if (document.currentScript instanceof HTMLScriptElement) show(document.currentScript);
})();
