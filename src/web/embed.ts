/**
 * `/embed.js`, for pages of other sites: shows the report of a link where the script stands, as high as the report is.
 * A script, not a module: it imports nothing, and leaves nothing in the page but the frame.
 */
import type { EmbedMessage } from '../domain/report/embed-message.ts';

(() => {
  const LEAST_PX = 150;
  const MOST_PX = 400_000;

  /** The address of the frame; undefined unless it is a link of the server that this script is from. */
  function frameUrl({ src, dataset: { link = '', theme = '' } }: HTMLScriptElement): URL | undefined {
    const links = new URL('l/', src);
    const url = URL.canParse(link, src) ? new URL(link, src) : undefined;
    if (url?.href.startsWith(links.href) !== true) return undefined;
    url.search = '';
    url.searchParams.set('embed', '1');
    if (theme === 'light' || theme === 'dark') url.searchParams.set('theme', theme);
    return url;
  }

  function heightIn(data: unknown): number | undefined {
    if (typeof data !== 'object' || data === null) return undefined;
    const { type, px } = data as Partial<EmbedMessage>;
    return type === 'script-runner-height' && typeof px === 'number' && px >= 0 && px <= MOST_PX ? px : undefined;
  }

  function show(script: HTMLScriptElement): void {
    const url = frameUrl(script);
    if (url === undefined) {
      console.error(
        `Script Runner: data-link must be the address of a link that begins with ${new URL('l/', script.src).href}`,
      );
      return;
    }
    const frame = document.createElement('iframe');
    frame.title = script.dataset['title'] ?? 'Report';
    frame.loading = 'lazy';
    frame.allow = 'fullscreen';
    Object.assign(frame.style, { display: 'block', width: '100%', height: '400px', border: '0' });
    window.addEventListener('message', ({ source, origin, data }) => {
      const px = source === frame.contentWindow && origin === url.origin ? heightIn(data) : undefined;
      if (px !== undefined) frame.style.height = `${String(Math.max(LEAST_PX, px))}px`;
    });
    frame.src = url.href;
    script.after(frame);
  }

  if (document.currentScript instanceof HTMLScriptElement) show(document.currentScript);
})();
