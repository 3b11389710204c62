/**
 * A small server with a report under its real policy, the assets, a page around it, and an API that must never be
 * reached.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FRAME_HELLO } from '../../../src/domain/report/frame-message.ts';
import { reportPolicy } from '../../../src/render/policy.ts';

export interface ReportSite {
  readonly url: string;
  /** Requested paths that are none of the page, the report and the assets. */
  readonly reached: string[];
  /** The document at `/report`; may name assets as `/assets/<name>`. */
  report: string;
  /** If false, the report is served without a policy, like a page of the app. */
  sandboxed: boolean;
  /** Answers the request for `/assets/held.js`, which waits until then. */
  release(script: string): void;
  close(): Promise<void>;
}

/** The page passes the port to the frame and keeps its messages in `heard`; `say` sends it a message. */
const PAGE = `<!doctype html><title>App</title><body data-secret="of the page"><iframe id="frame" src="/report" style="width:900px;height:400px;border:0" allow="fullscreen *"></iframe>
<script>
  document.cookie = 'session=secret';
  localStorage.setItem('key', 'secret');
  window.heard = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => heard.push(data);
  window.say = (message) => port1.postMessage(message);
  frame.addEventListener('load', () => frame.contentWindow.postMessage('${FRAME_HELLO}', '*', [port2]), { once: true });
</script>`;

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', woff2: 'font/woff2' };

export async function startSite(assets: ReadonlyMap<string, Uint8Array>): Promise<ReportSite> {
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (path === '/report') {
      if (site.sandboxed) response.setHeader('content-security-policy', reportPolicy(`${site.url}/assets/`));
      response.setHeader('content-type', 'text/html; charset=utf-8').end(site.report);
    } else if (path.startsWith('/assets/')) {
      const name = path.slice('/assets/'.length);
      response
        .setHeader('access-control-allow-origin', '*')
        .setHeader('content-type', TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain');
      if (name === 'held.js') held.push(response);
      else response.writeHead(assets.has(name) ? 200 : 404).end(assets.get(name));
    } else {
      if (path !== '/favicon.ico') site.reached.push(`${request.method} ${path}`);
      response.setHeader('access-control-allow-origin', '*').end('secret');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const site: ReportSite = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: [],
    report: '',
    sandboxed: true,
    release: (script) => held.splice(0).forEach((response) => response.end(script)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return site;
}
