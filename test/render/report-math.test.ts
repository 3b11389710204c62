import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { renderArticle } from '../../src/render/document.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';
import { plain } from './math/plain.ts';

/** The text of a report of these Markdown cells and one code cell with this output. */
function report(texts: readonly string[], put: Readonly<Record<string, string>> = {}): string {
  const start = startReport(notebook(...texts.map((text) => cell('markdown', text)), cell('code', '1')), {
    title: 'T',
    showCode: false,
  });
  const added = {
    type: 'output-added',
    cell: texts.length,
    output: { type: 'display', data: put, metadata: {} },
  } as const;
  return renderArticle(
    foldReport(start, log([added, { type: 'run-finished', outcome: { type: 'succeeded' } }])),
    OPTIONS,
  );
}

describe('macros', () => {
  it.each([
    ['$\\newcommand{\\E}[1]{\\mathbb{E}\\left[#1\\right]}$ then $\\E{X}$'],
    ['$\\newcommand\\E[1]{\\mathbb{E}[#1]}$'],
    ['$\\renewcommand{\\E}[2][2]{\\|#2\\|_{#1}}$ $\\E[3]{x}$ $\\E{y}$'],
    ['$$\n\\def\\E#1{\\mathbb{E}#1}\n$$'],
    ['$\\DeclareMathOperator{\\E}{ex\\,p}$'],
    ['$\\DeclareMathOperator*{\\E}{ex\\,p}$'],
    ['$\\let\\E=\\sqrt$'],
    ['<div hidden>$\\newcommand{\\E}[1]{#1}$</div>'],
  ])('of one cell are known to all: %s', (definition) => {
    const html = report(['First: $\\E{x}$', definition, 'Then $$\\E{y}$$'], {
      'text/latex': '$\\displaystyle \\E{z}$',
    });
    expect(html).not.toContain('math-source');
    expect(plain(html)).toMatch(/First: ‹\\E\{x\}›.*«\\E\{y\}».*\\E\{z\}/s);
    expect(plain(html)).not.toContain('command');
  });

  it.each([
    ['text/markdown', 'so $\\F$'],
    ['text/markdown', '$\\newcommand{\\G}{g}$ so $\\G$'],
    ['text/html', '<p>so $\\F$</p>'],
    ['text/latex', 'so $\\F$ and $\\newcommand{\\G}{g}\\G$ and $\\G$'],
  ])('are known to outputs of %s, which may have their own: %s', (mime, value) => {
    const html = report(['$\\def\\F{f}$'], { [mime]: value });
    expect(html).not.toContain('math-source');
    expect(plain(html)).toContain('so');
  });

  it('mean what the last definition before them says', () => {
    const html = report(['$\\def\\F{first}$ $\\F$', '$\\def\\F{second}$ $\\F$']);
    const shown = [...parseHTML(html).document.querySelectorAll('.katex-html')].map(({ textContent }) => textContent);
    expect(shown).toEqual(['first', 'second']);
  });

  it('that never end expanding are shown as they are written', () => {
    expect(report(['$\\def\\F{\\F\\F}$ $\\F$'])).toContain('<code class="math-source"');
  });
});

describe('numbers of equations', () => {
  const texts = [
    '\\begin{equation}\\label{eq:e}\nE\n\\end{equation}\n\nBy \\eqref{eq:f} and $\\ref{eq:e}$.',
    '\\begin{align}\na &= \\begin{matrix}1\\\\2\\end{matrix} \\label{eq:a} \\\\\nc \\nonumber \\\\\ne \\label{eq:f}\n\\end{align}',
    '$$ x \\tag{*}\\label{eq:star} $$\n\n$$ y \\label{eq:y} $$\n\n\\begin{equation*}z\\end{equation*}\n\n$$w$$',
    'See \\eqref{eq:a}, $\\eqref{eq:star}$, $x \\eqref{eq:y}$ and \\eqref{eq:none}, `\\eqref{eq:a}`.',
  ];

  it('stand at the equations and in what refers to them', () => {
    const text = plain(report(texts));
    expect(text).toContain('By (3) and 1.');
    expect(text).toContain('See (2), (*), ‹x \\text{(4)}› and (eq:none), \\eqref{eq:a}.');
    expect(text.match(/\\tag\{[^}]*\}/g)).toEqual(['\\tag{1}', '\\tag{2}', '\\tag{3}', '\\tag{*}', '\\tag{4}']);
  });

  it('are links to the equations', () => {
    const { document } = parseHTML(report(texts));
    const targets = [...document.querySelectorAll('a')].map((link) =>
      decodeURIComponent(link.getAttribute('href')!.slice(1)),
    );
    expect(targets).toEqual(['mjx-eqn:eq:f', 'mjx-eqn:eq:e', 'mjx-eqn:eq:a', 'mjx-eqn:eq:star']);
    for (const id of targets.filter((id) => id !== 'mjx-eqn:eq:f')) expect(document.getElementById(id)).not.toBeNull();
  });

  it('are not given to what code puts out: nobody knows how many come before it', () => {
    const html = report(['\\begin{equation}a\\end{equation}'], { 'text/latex': '\\begin{equation}b\\end{equation}' });
    expect(plain(html).match(/\\tag/g)).toHaveLength(1);
    expect(html).not.toContain('class="eqn-num"');
  });
});
