/** Addresses that exist only for sending a form: who opens one is led to the page that held the form. */
import type { App } from './site.ts';

/**
 * For all routes that are added from now on: the nearest address above `path` that is a page, if a form is sent to
 * `path`; else undefined. Someone comes to one by signing in again on a page that answered a form, or by a bookmark.
 */
export function createFormAddresses(app: App): (path: string) => string | undefined {
  const routes: { readonly methods: readonly string[]; readonly url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => void routes.push({ methods: [method].flat(), url }));
  const isRoute = (method: 'GET' | 'POST', path: string) =>
    routes.some(({ methods, url }) => methods.includes(method) && matches(url, path));
  return (path) => {
    if (!isRoute('POST', path)) return undefined;
    for (let above = path; above !== '';) {
      above = above.slice(0, above.lastIndexOf('/'));
      if (isRoute('GET', above)) return above === '' ? '/' : above;
    }
    return undefined;
  };
}

/** As the router reads it, which ignores a slash at the end. */
function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern, path].map((text) => text.replace(/\/$/, '').split('/')) as [string[], string[]];
  const isSame = wanted.every((part, at) => part === '*' || (part.startsWith(':') ? given[at] : given[at] === part));
  return isSame && (wanted.length === given.length || (wanted.at(-1) === '*' && given.length > wanted.length));
}
