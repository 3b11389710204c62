/** Gives the `element` of JavaScript outputs the few calls of jQuery that scripts for classic notebooks make. */

type Content = string | Node | ArrayLike<unknown>;

/** The element remains what it is: in JupyterLab, scripts get it without these. */
export function withClassicCalls(element: HTMLElement): void {
  if ('html' in element) return;
  const all = (selector: string) => [...element.querySelectorAll(selector)];
  const calls = {
    0: element,
    get: (at?: number) => (at === undefined ? [element] : element),
    append: (...contents: Content[]) => insert(contents, (nodes) => Element.prototype.append.apply(element, nodes)),
    prepend: (...contents: Content[]) => insert(contents, (nodes) => Element.prototype.prepend.apply(element, nodes)),
    empty: () => insert([], () => element.replaceChildren()),
    html(content?: Content) {
      if (content === undefined) return element.innerHTML;
      return insert([content], (nodes) => element.replaceChildren(...nodes));
    },
    text(content?: string) {
      if (content === undefined) return element.textContent;
      element.textContent = content;
      return element;
    },
    css(name: string | Readonly<Record<string, string>>, value?: string | number) {
      if (typeof name === 'string' && value === undefined) return getComputedStyle(element).getPropertyValue(name);
      for (const [property, text] of typeof name === 'string' ? [[name, String(value)] as const] : Object.entries(name))
        element.style.setProperty(property.replace(/[A-Z]/g, '-$&').toLowerCase(), String(text));
      return element;
    },
    attr(name: string, value?: string) {
      if (value === undefined) return element.getAttribute(name) ?? undefined;
      element.setAttribute(name, value);
      return element;
    },
    addClass: (names: string) => insert([], () => element.classList.add(...names.split(/\s+/))),
    find: all,
    width: () => element.clientWidth,
    height: () => element.clientHeight,
    show: () => insert([], () => element.style.removeProperty('display')),
    hide: () => insert([], () => element.style.setProperty('display', 'none')),
  };
  function insert(contents: readonly Content[], put: (nodes: (Node | string)[]) => unknown): HTMLElement {
    put(contents.flatMap(nodesOf));
    return element;
  }
  for (const [name, value] of Object.entries(calls))
    Object.defineProperty(element, name, { value, configurable: true, writable: true });
}

/** Scripts in a text of HTML run when they are put into the document, as with jQuery. */
function nodesOf(content: Content): (Node | string)[] {
  if (content instanceof Node) return [content];
  if (typeof content !== 'string' && typeof content === 'object') return Array.from(content).filter(isNode);
  const text = String(content);
  return /<[a-z!][^>]*>/i.test(text) ? [document.createRange().createContextualFragment(text)] : [text];
}

function isNode(value: unknown): value is Node {
  return value instanceof Node;
}
