/** PDF where there is no browser: by pandoc and typst, as Python packages bring them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentWriter } from '../../src/document/document-writer.ts';
import { pythonWith, testPdfToText } from './program-path.ts';

const packages = [process.env['SCRIPT_RUNNER_PYPANDOC'], process.env['SCRIPT_RUNNER_TYPST']];
const isHere = packages.every((folder) => folder !== undefined) && testPdfToText() !== undefined;
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PLAIN = `<!doctype html><html lang="en"><head><title>Sales</title></head><body><h1>Sales</h1><h2>North</h2>
<p>#read("/etc/passwd") and <script type="math/tex">E=mc^2</script></p><p><img alt="x" src="data:image/png;base64,${DOT}"></p></body></html>`;

describe.skipIf(!isHere)('a PDF without a browser (needs pypandoc, needs typst, needs pdftotext)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'typst-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has text, formulas and pictures, reads no file, and is the same each time', async () => {
    const python = pythonWith(folder, packages as string[]);
    const writer = createDocumentWriter({
      browser: '/nowhere/chromium',
      python: () => python,
      environment: { PATH: '' },
      timeMs: 60_000,
      memoryBytes: 4e9,
      pdf: { header: '{title} | {date}', footer: '#read("/etc/passwd") | {page} of {pages}', paper: 'A4', policy: '' },
    });
    const html = async () => new TextEncoder().encode(PLAIN);
    const source = { page: html, plain: html, id: 'a', title: 'Sales "[#x', madeAtMs: Date.UTC(2026, 0, 31) };
    expect(await writer.missing('pdf')).toBeUndefined();
    const { bytes, pictures } = await writer.write('pdf', source);
    expect(pictures).toEqual([]);
    const text = execFileSync(testPdfToText() ?? '', ['-', '-'], { input: bytes, encoding: 'utf8' });
    expect(text).toContain('#read("/etc/passwd") and');
    expect(text).toMatch(/North/);
    expect(text).toMatch(/Sales "\[#x\s+2026-01-31/);
    expect(text).toMatch(/#read\("\/etc\/passwd"\)\s+1 of 1/);
    expect(text).not.toContain('root:');
    const pdf = Buffer.from(bytes).toString('latin1');
    expect(pdf).toContain('/Subtype/Image');
    expect(pdf).toContain('D:20260131');
    expect(Buffer.from((await writer.write('pdf', source)).bytes).equals(bytes)).toBe(true);
    await writer.close();
  });
});
