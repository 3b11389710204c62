/** A browser without scripts: keeps cookies for each host, follows redirects and sends forms. */

export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly body: string;
}

export interface Visitor {
  readonly cookies: Map<string, string>;
  /** As they are sent to this address. */
  cookieOf(url: string): string;
  /** `isAt`: where to stop, without asking for it. */
  go(url: string, isAt?: (url: string) => boolean): Promise<Visit>;
  /** Sends the first form of the page. */
  send(visit: Visit, fields?: Readonly<Record<string, string>>, isAt?: (url: string) => boolean): Promise<Visit>;
}

export function createVisitor(): Visitor {
  const cookies = new Map<string, string>();
  const cookieOf = (url: string) => {
    const host = `${new URL(url).hostname} `;
    const own = [...cookies].filter(([key]) => key.startsWith(host));
    return own.map(([key, value]) => `${key.slice(host.length)}=${value}`).join('; ');
  };
  const ask = async (url: string, init: RequestInit): Promise<Response> => {
    const { hostname } = new URL(url);
    const cookie = cookieOf(url);
    const reply = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, ...(init.headers as Record<string, string>) },
    });
    for (const text of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(text)) cookies.delete(`${hostname} ${name}`);
      else cookies.set(`${hostname} ${name}`, value);
    }
    return reply;
  };
  const follow = async (start: string, init: RequestInit, isAt: (url: string) => boolean): Promise<Visit> => {
    let url = start;
    let reply = await ask(url, init);
    for (let hops = 0; hops < 20 && reply.headers.has('location'); hops += 1) {
      url = new URL(reply.headers.get('location') ?? '', url).href;
      if (isAt(url)) return { status: reply.status, url, body: '' };
      reply = await ask(url, {});
    }
    return { status: reply.status, url, body: await reply.text() };
  };
  return {
    cookies,
    cookieOf,
    go: (url, isAt = () => false) => follow(url, {}, isAt),
    send({ url, body }, fields = {}, isAt = () => false) {
      const [, action = ''] = /<form[^>]*action="([^"]*)"/.exec(body) ?? [];
      const hidden = [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const all = { ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value])), ...fields };
      const target = new URL(action.replaceAll('&amp;', '&'), url);
      return follow(
        target.href,
        {
          method: 'POST',
          body: new URLSearchParams(all).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: target.origin },
        },
        isAt,
      );
    },
  };
}
