/**
 * Small notebooks and their exact HTML. A missing file is written, but never under CI: check it before you keep it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNotebook } from '../../src/domain/notebook/notebook-parse.ts';
import { documentText } from './document-text.ts';
import { savedReport } from '../../src/render/notebook.ts';
import { OPTIONS } from './options.ts';

const folder = join(import.meta.dirname, 'golden');

describe('a saved notebook as HTML', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.ipynb')))('%s', async (file) => {
    const notebook = parseNotebook(readFileSync(join(folder, file), 'utf8'));
    const html = documentText(savedReport(notebook, { title: file, showCode: false }), OPTIONS);
    const listed = /(id="report-libraries">)[^<]*/;
    expect(html).toMatch(listed);
    await expect(html.replace(listed, '$1…')).toMatchFileSnapshot(join(folder, file.replace(/\.ipynb$/, '.html')));
  });
});
