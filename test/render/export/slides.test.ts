import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';
import { renderSlides } from '../../../src/render/export/slides.ts';
import { savedReport } from '../../../src/render/notebook.ts';
import { cell, notebook } from '../../domain/notebook.ts';

const OPTIONS = { blob: () => undefined, asset: (name: string) => name };

/** The texts of the slides, by column. */
function slides(...cells: readonly Cell[]): string[][] {
  const report = savedReport(notebook(...cells), { title: 'x', showCode: false });
  const { document } = parseHTML(`<body>${renderSlides(report, OPTIONS)}</body>`);
  const textOf = (element: Element) => element.textContent.replace(/\s+/g, ' ').trim();
  return [...document.querySelectorAll('.slides > section')].map((column) => {
    const below = [...column.children].filter(({ tagName }) => tagName === 'SECTION');
    return (below.length === 0 ? [column] : below).map(textOf);
  });
}

const typed = (type: string, source: string) =>
  cell('markdown', source, { metadata: { slideshow: { slide_type: type } } });

describe('slides', () => {
  it('follow the metadata of the cells', () => {
    expect(
      slides(
        typed('-', 'before'),
        typed('slide', 'one'),
        typed('-', 'more'),
        typed('subslide', 'below'),
        typed('fragment', 'step'),
        typed('skip', 'not this'),
        typed('slide', 'two'),
        typed('notes', 'said'),
        cell('markdown', 'untyped'),
      ),
    ).toEqual([['before'], ['one more', 'below step'], ['two said untyped']]);
  });

  it('begin at headings where no cell says anything, and leave out code that is not shown', () => {
    const code = cell('code', 'x = 1');
    expect(slides(cell('markdown', '# A'), code, cell('markdown', 'text'), cell('markdown', '## B'), code)).toEqual([
      ['A text'],
      ['B'],
    ]);
  });

  it('are not divided by the sections of a text', () => {
    const [column = []] = slides(typed('slide', 'a[^1]\n\n[^1]: note\n\n<section>own</section>'));
    expect(column).toHaveLength(1);
  });

  it('have fragments and notes as elements', () => {
    const report = savedReport(notebook(typed('fragment', 'step'), typed('notes', 'said')), {
      title: 'x',
      showCode: false,
    });
    const html = renderSlides(report, OPTIONS);
    expect(html).toContain('<div class="fragment"><div id="c0"');
    expect(html).toContain('<aside class="notes"><div id="c1"');
  });
});
