/** Documents by a real pandoc: from a saved notebook to what its format says. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDocumentWriter } from '../../src/document/document-writer.ts';
import { runPandoc } from '../../src/document/pandoc/pandoc-run.ts';
import { exportPlain } from '../../src/render/export/plain.ts';
import { printedPolicy } from '../../src/render/policy.ts';
import { savedReport } from '../../src/render/notebook.ts';
import { testChromium } from '../chromium.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { testPypandoc } from './program-path.ts';

const pandoc = testPypandoc();
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const REPORT = savedReport(
  notebook(
    cell('markdown', '# Weekly sales\n\nWith $E=mc^2$ and\n\n$$\\int_0^1 x$$\n\n## North\n\n- [x] done'),
    cell('code', 'plot()', {
      outputs: [
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'image/png': DOT, 'application/vnd.plotly.v1+json': { data: [], layout: {} } },
        },
        {
          output_type: 'display_data',
          metadata: {},
          data: {
            'text/html': '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>=1+1</td></tr></tbody></table>',
          },
        },
      ],
    }),
  ),
  { title: 'Weekly sales', showCode: false },
);

const browser = testChromium();
const writerOf = (...options: Parameters<typeof optionsOf>) => createDocumentWriter(optionsOf(...options));

function optionsOf(path: string, memoryBytes = 2e9, chosen = '/nowhere/chromium') {
  return {
    browser: chosen,
    python: () => undefined,
    environment: { PATH: path },
    timeMs: 60_000,
    memoryBytes,
    pdf: { header: '', footer: '', paper: 'A4' as const, policy: printedPolicy() },
  };
}

const source = (html: string) => ({
  plain: async () => new TextEncoder().encode(html),
  page: async () => new TextEncoder().encode(html),
  id: 'abc',
  title: 'Weekly sales',
  madeAtMs: Date.UTC(2026, 0, 31),
});

/** What pandoc itself reads from the document, as its own Markdown. */
function readBack(format: string, bytes: Uint8Array): string {
  return execFileSync(pandoc ?? '', ['--sandbox', '-f', format, '-t', 'markdown', '--wrap=none'], {
    input: bytes,
    encoding: 'utf8',
  });
}

describe.skipIf(pandoc === undefined)('a document by pandoc (needs pypandoc)', () => {
  const writer = writerOf(dirname(pandoc ?? ''));
  const html = exportPlain(REPORT, { blob: () => undefined });

  it.each(['docx', 'odt', 'epub'])(
    '%s contains text, formulas, tables and pictures, the same each time',
    async (to) => {
      const { bytes, pictures } = await writer.write(to, source(html));
      expect(pictures).toEqual([]);
      const text = readBack(to, bytes);
      expect(text).toContain('North');
      // pandoc reads no formulas from OpenDocument, which has each in a file of its own
      if (to === 'odt') expect(Buffer.from(bytes).includes('Formula-')).toBe(true);
      else expect(text).toMatch(/E ?= ?m ?c\^\{?2/);
      expect(text).toContain('=1+1');
      expect(text).toMatch(/!\[.*\]\(.+\.png\)/);
      expect(text.match(/Weekly sales/g)?.length ?? 0).toBeLessThan(2);
      expect(Buffer.from((await writer.write(to, source(html))).bytes).equals(bytes)).toBe(true);
    },
  );

  it.each([
    ['latex', /\\includegraphics.*report_files\/picture-1\.png/s, '\\(E=mc^2\\)'],
    ['markdown', /report_files\/picture-1\.png/, '$E=mc^2$'],
  ])('%s refers to its pictures as files', async (to, picture, formula) => {
    const { bytes, pictures } = await writer.write(to, source(html));
    const text = Buffer.from(bytes).toString();
    expect(text).toMatch(picture);
    expect(text).toContain(formula);
    expect(text).toContain('North');
    expect(pictures.map(({ path }) => path)).toEqual(['report_files/picture-1.png']);
    expect(Buffer.from(pictures[0]?.bytes ?? []).toString('base64')).toBe(DOT);
  });

  it.skipIf(browser === undefined)('draws a chart that only a browser can draw (needs chromium)', async () => {
    const figure = { output_type: 'display_data', metadata: {}, data: { 'application/vnd.plotly.v1+json': {} } };
    const report = savedReport(notebook(cell('code', 'plot()', { outputs: [figure] })), {
      title: 'x',
      showCode: false,
    });
    const drawn = '<!doctype html><p id="c0-o0" style="width:200px;height:100px;background:teal"></p>';
    const asked = { ...source(exportPlain(report, { blob: () => undefined })), page: async () => Buffer.from(drawn) };
    const drawing = writerOf(dirname(pandoc ?? ''), 4e9, browser);
    const { bytes, pictures } = await drawing.write('markdown', asked);
    expect(Buffer.from(bytes).toString()).toContain('<img src="report_files/picture-1.png" width="200" height="100"');
    const png = Buffer.from(pictures[0]?.bytes ?? []);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([400, 200]);
    const wide = '<p id="c0-o0" style="width:200px;height:100px"><svg style="width:1000px"></svg></p>';
    const text = await drawing.write('markdown', { ...asked, page: async () => Buffer.from(wide) });
    expect(Buffer.from(text.bytes).toString()).toContain('width:100');
    const widePng = Buffer.from(text.pictures[0]?.bytes ?? []);
    expect([widePng.readUInt32BE(16), widePng.readUInt32BE(20)]).toEqual([2000, 200]);
    const hidden = { ...asked, page: async () => Buffer.from('<script>for (;;) {}</script>') };
    const short = createDocumentWriter({ ...optionsOf(dirname(pandoc ?? ''), 4e9, browser), timeMs: 4_000 });
    expect(Buffer.from((await short.write('markdown', hidden)).bytes).toString()).toContain('An interactive chart');
    expect(Buffer.from((await writer.write('markdown', asked)).bytes).toString()).toContain('An interactive chart');
  });

  it('reads no file that the document names', async () => {
    const attack = '<p>x<img src="/etc/passwd"><img src="file:///etc/passwd"><iframe src="/etc/passwd"></iframe></p>';
    const { bytes } = await writer.write('docx', source(`<title>x</title>${attack}`));
    expect(Buffer.from(bytes).includes('passwd:')).toBe(false);
    expect(readBack('docx', bytes)).not.toContain('root:');
  });

  it('ends when it needs too much memory', async () => {
    const large = writerOf(dirname(pandoc ?? ''), 60_000_000);
    const text = `<title>x</title>${'<p>many <b>words</b></p>'.repeat(100_000)}`;
    await expect(large.write('docx', source(text))).rejects.toThrow('The operator can raise the setting export_memory');
  });
});

describe('a machine without a pandoc that works', () => {
  it('gets the line that installs one', async () => {
    expect((await writerOf('/nowhere').missing('docx'))?.remedy).toBe(
      'Install one: python3 -m pip install pypandoc-binary',
    );
  });

  it('is told when it was removed a moment ago', async () => {
    await expect(
      runPandoc(
        { path: '/nowhere/pandoc', environment: {}, args: [], html: Buffer.from('x'), madeAtS: 0 },
        { timeMs: 5_000, memoryBytes: 1e9, signal: new AbortController().signal },
      ),
    ).rejects.toThrow('ENOENT');
  });

  it('is told when its own cannot write in its sandbox', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pandoc-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'pandoc'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(folder, 'pandoc'), 0o755);
    expect((await writerOf(folder).missing('docx'))?.remedy).toContain(`${folder}/pandoc cannot write in its sandbox.`);
  });
});
