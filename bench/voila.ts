/** Voilà over one notebook, as its users start it. */
import { freePort } from '../test/free-port.ts';
import { start, stop } from './child.ts';
import type { Click } from './follow.ts';
import { answers } from './server.ts';
import type { Peers } from './peer.ts';
import { until } from './until.ts';

export interface Voila {
  readonly url: string;
  readonly pid: number;
  /**
   * Gets the page, which Voilà sends cell by cell, until it contains the text and until its end; then closes it as a
   * browser does.
   */
  click(query: string, text: string): Promise<Click>;
  close(): Promise<void>;
}

/** `preheat`: a kernel is waiting that has executed the notebook, or as much of it as needs no request. */
export async function startVoila(peers: Peers, notebook: string, preheat: boolean): Promise<Voila> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [
    '--no-browser',
    `--port=${port}`,
    '--Voila.ip=127.0.0.1',
    ...(preheat ? ['--preheat_kernel=True', '--pool_size=1'] : []),
  ];
  const child = start(peers.python, ['-m', 'voila', notebook, ...flags], {
    env: { ...peers.env, JUPYTER_DATA_DIR: `${notebook}.jupyter` },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdout.resume();
  await until('Voilà’s first answer', () => {
    if (child.exitCode !== null) throw new Error(`Voilà did not start:\n${said}`);
    return answers(`${url}/voila/static/voila.js`);
  });
  const close = () => stop(child);
  return { url, pid: child.pid ?? 0, click: (query, text) => click(url, query, text), close };
}

async function click(url: string, query: string, text: string): Promise<Click> {
  const startMs = performance.now();
  const { body } = await fetch(`${url}/${query}`);
  let [html, firstMs] = ['', NaN];
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    html += chunk;
    if (Number.isNaN(firstMs) && html.includes(text)) firstMs = performance.now() - startMs;
  }
  const wholeMs = performance.now() - startMs;
  if (Number.isNaN(firstMs)) throw new Error(`Voilà's page lacks ${text}:\n${html.slice(-2000)}`);
  const kernel = /"kernelId": "([\w-]+)"/.exec(html)?.[1] ?? '';
  await fetch(`${url}/voila/api/shutdown/${kernel}`, { method: 'POST' });
  return { firstMs, wholeMs };
}
