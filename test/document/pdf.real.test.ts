/** PDF by a real browser: what it contains, and what a hostile report cannot reach. */
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDocumentWriter, type DocumentWriterOptions } from '../../src/document/document-writer.ts';
import { printedPolicy } from '../../src/render/policy.ts';
import { testChromium } from '../chromium.ts';
import { testPdfToText } from './program-path.ts';

const browser = testChromium();
const pdftotext = testPdfToText();
const MADE = Date.UTC(2026, 0, 31, 12);
const SECOND = 1000;

function writerOf(options: Partial<DocumentWriterOptions> = {}) {
  return createDocumentWriter({
    browser,
    python: () => undefined,
    environment: process.env,
    timeMs: 60 * SECOND,
    memoryBytes: 4e9,
    pdf: { header: '', footer: '{title} | {date} | {page} of {pages}', paper: 'A4', policy: printedPolicy() },
    ...options,
  });
}

function sourceOf(html: string, title = 'x') {
  const bytes = async () => new TextEncoder().encode(html);
  return { page: bytes, plain: bytes, id: 'r1', title, madeAtMs: MADE };
}

async function printed(body: string, options: Partial<DocumentWriterOptions> = {}): Promise<Buffer> {
  const writer = writerOf(options);
  const html = `<!doctype html><title>Sales</title><style>@page{margin:16mm 14mm}</style><body>${body}`;
  try {
    return Buffer.from((await writer.write('pdf', sourceOf(html, 'Sales & <Co> {page}'))).bytes);
  } finally {
    await writer.close();
  }
}

function textOf(pdf: Buffer): string {
  return execFileSync(pdftotext ?? '', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
}

/** Without the folders of others who write documents now. */
function useOwnTemporaryFolder(): string {
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), 'pdf-test-'));
  // the browser's user enters a folder in it
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe.skipIf(browser === undefined || pdftotext === undefined)('a PDF (needs chromium, needs pdftotext)', () => {
  it('is tagged, has an outline and the header and footer of the settings, and is the same each time', async () => {
    const body = '<h1>Sales</h1><p>Ünïcode</p><h2 style="break-before:page">North</h2><table><tr><th>a<td>1</table>';
    const pdf = await printed(body);
    const text = textOf(pdf);
    expect(text).toContain('Ünïcode');
    expect(text).toMatch(/Sales & <Co> \{page\}\s+2026-01-31\s+1 of 2/);
    expect(text).toMatch(/2 of 2/);
    const raw = pdf.toString('latin1');
    expect(raw).toContain('/StructTreeRoot');
    expect(raw).toMatch(/\/Outlines \d+ 0 R/);
    expect(raw).toContain("/CreationDate (D:20260131120000+00'00')");
    expect(pdf.equals(await printed(body))).toBe(true);
  });

  it('contains what scripts have drawn, also when they draw late', async () => {
    const script =
      'window.reportDrawn = async () => { await new Promise((r) => setTimeout(r, 300)); document.body.append("drawn late"); }';
    expect(textOf(await printed(`<script>${script}</script>`))).toContain('drawn late');
  });

  describe('of a hostile report', () => {
    let server: Server;
    let origin: string;
    const asked: string[] = [];
    let folder: string;
    beforeAll(async () => {
      server = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('from the network');
      });
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      folder = mkdtempSync(join(tmpdir(), 'hostile-pdf-'));
      writeFileSync(join(folder, 'secret.txt'), 'secret of this machine');
    });
    afterAll(() => {
      server.close();
      rmSync(folder, { recursive: true });
    });

    const attacks = (place: string) => ({
      'a frame': `<iframe src="${place}"></iframe><object data="${place}"></object><embed src="${place}">`,
      'a picture and a style': `<img src="${place}"><link rel=stylesheet href="${place}"><div style="background:url(${place})">x</div>`,
      'fetch and a socket': `<script>fetch("${place}").then((r) => r.text()).then((t) => document.body.append(t)); try { new WebSocket("${place}".replace("http", "ws")) } catch {} navigator.sendBeacon("${place}")</script>`,
      'a script': `<script src="${place}"></script><script type=module>import("${place}")</script>`,
      'a worker': `<script>new Worker(URL.createObjectURL(new Blob(["fetch('${place}').then((r) => r.text()).then(postMessage)"]))).onmessage = ({ data }) => document.body.append(data)</script>`,
      'a hint': `<link rel=preconnect href="${place}"><link rel=prefetch href="${place}"><link rel=prerender href="${place}"><script type=speculationrules>{"prerender":[{"urls":["${place}"]}]}</script>`,
      'a form': `<form action="${place}" target=_blank><input name=q></form><script>document.forms[0].submit()</script>`,
      'a window': `<script>window.open("${place}")</script>`,
    });
    const SETTLE = '<script>window.reportDrawn = () => new Promise((r) => setTimeout(r, 400))</script>';

    const all = (place: string) => `<p>before</p>${Object.values(attacks(place)).join('')}${SETTLE}`;

    it('shows nothing of the network, and asks for nothing', async () => {
      const text = textOf(await printed(all(`${origin}/x`)));
      expect(text).toContain('before');
      expect(text).not.toContain('from the network');
      expect(asked).toEqual([]);
    });

    it('shows nothing of local files', async () => {
      const text = textOf(await printed(all(`file://${folder}/secret.txt`)));
      expect(text).toContain('before');
      expect(text).not.toContain('secret of this machine');
    });

    it.each(['http', 'file'])('leads nowhere by itself: to %s', async (scheme) => {
      const place = scheme === 'http' ? `${origin}/x` : `file://${folder}/secret.txt`;
      for (const go of [
        `<meta http-equiv=refresh content="0;url=${place}">`,
        `<script>location = "${place}"</script>`,
      ]) {
        const text = await printed(`<p>before</p>${go}${SETTLE}`).then(textOf, String);
        expect(text).not.toMatch(/from the network|secret of this machine/);
      }
      expect(asked).toEqual([]);
    });

    it.each([
      ['a script that never ends', '<script>for (;;) {}</script>', { timeMs: 3 * SECOND }, 'takes too long'],
      [
        'a script that ends all timers',
        '<script>window.reportDrawn = () => new Promise(() => {}); window.setTimeout = () => {}</script>',
        { timeMs: 3 * SECOND },
        'takes too long',
      ],
      [
        'a script that fills the memory',
        '<script>const all = []; for (;;) all.push(new Uint8Array(5e7).fill(1))</script>',
        { memoryBytes: 8e8 },
        'needs too much memory|crashed|Target crashed',
      ],
    ])('ends within its bounds: %s', async (_name, attack, options, message) => {
      const folder = useOwnTemporaryFolder();
      await expect(printed(attack, options)).rejects.toThrow(new RegExp(message));
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('of a machine without a browser is refused with the line that changes it', async () => {
    const writer = writerOf({ browser: '/nowhere/chromium' });
    expect((await writer.missing('pdf'))?.remedy).toContain('apt-get install chromium');
    await writer.close();
  });

  it.each([
    ['has no sandbox', 'echo "zygote_host_impl_linux.cc: No usable sandbox!" >&2; exit 1', 'needs user namespaces'],
    ['is none', 'echo "no such option" >&2', 'The browser has ended. no such option'],
  ])('of a browser that %s is refused, and not offered any more', async (_name, script, remedy) => {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const path = join(folder, 'chromium');
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    chmodSync(folder, 0o755);
    const writer = writerOf({ browser: path });
    expect(await writer.missing('pdf')).toBeUndefined();
    await expect(writer.write('pdf', sourceOf('x'))).rejects.toThrow('PDF: the program of the server');
    const missing = await writer.missing('pdf');
    expect(missing?.why).toBe('The browser of the server cannot start.');
    expect(missing?.remedy).toContain(remedy);
    await writer.close();
    rmSync(folder, { recursive: true });
  });

  it('leaves nothing behind when its client leaves or the server stops', async () => {
    const writer = writerOf();
    const source = sourceOf('<script>for (;;) {}</script>');
    const leaving = new AbortController();
    const left = writer.write('pdf', source, leaving.signal);
    const stopped = writer.write('pdf', source);
    leaving.abort(new Error('the client has left'));
    await expect(left).rejects.toThrow('the client has left');
    const closed = writer.close();
    await expect(stopped).rejects.toThrow('The server is stopping.');
    await closed;
  });
});
