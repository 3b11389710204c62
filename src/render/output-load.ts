/** Outputs that only load or connect a library, as `pn.extension()` gives them: they show nothing themselves. */

/** A document of Panel that connects with a notebook. */
const CONNECTS = /"panel\.models\.browser\.BrowserInfo"/;
/** What Bokeh and ITables show while they load. */
const LOGO = /\bclass="bk-notebook-logo"|<code>init_notebook_mode<\/code> cell from ITables/;
/** Space, an opening tag with its name, or the beginning of a comment. */
const NEXT = /\s+|<(script|style|link|meta)\b[^>]*>|<!--/iy;
/** Longer outputs without an element are looked at as far as this. */
const MOST_ELEMENTS = 100;

/** Whether it is a document that only connects the page with a notebook. */
export function isConnection(html: string): boolean {
  return CONNECTS.test(html);
}

/** Whether the HTML only loads or connects a library, as far as can be seen without running its scripts. */
export function isLoading(html: string): boolean {
  return hasOnlyScripts(html) || isConnection(html) || LOGO.test(html);
}

/** Scripts, styles and comments, and nothing to put anything into. */
function hasOnlyScripts(html: string): boolean {
  let at = 0;
  for (let elements = 0; at < html.length && elements < MOST_ELEMENTS; elements += 1) {
    NEXT.lastIndex = at;
    const found = NEXT.exec(html);
    if (found === null) return false;
    at = endOf(html, NEXT.lastIndex, found);
  }
  return at >= html.length;
}

/** Where what begins with `found` is over. */
function endOf(html: string, from: number, [opening, name = '']: RegExpExecArray): number {
  if (opening !== '<!--' && !/^(?:script|style)$/i.test(name)) return from;
  const close = opening === '<!--' ? /-->/g : new RegExp(`</${name}\\s*>`, 'gi');
  close.lastIndex = from;
  return close.test(html) ? close.lastIndex : html.length;
}
