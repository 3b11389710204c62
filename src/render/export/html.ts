/** A report as one self-contained file: styles, fonts, pictures and the libraries it uses are inside. */
import type { Report } from '../../domain/report/report.ts';
import { defined } from '../../domain/defined.ts';
import { articleOf, cellDrawings, HEAD_SCRIPT, page, type DocumentOptions } from '../document.ts';
import { attributes, escapeHtml } from '../html.ts';
import { withNeeded } from '../library/all.ts';
import { libraryList } from '../library/library-tag.ts';
import { isLibraryAsset, type LibraryFile } from '../library/library.ts';
import type { AssetName, RenderOptions } from '../options.ts';
import { renderContents } from '../report-contents.ts';
import { filePolicy } from '../policy.ts';
import { aloneModule, packedScript, scriptText } from './script.ts';
import { renderSlides } from './slides.ts';
import { surveyOf, type TextSurvey } from './survey.ts';
import { aloneStyle, type Bytes } from './style.ts';

export interface HtmlExportOptions extends DocumentOptions {
  /** The bytes of an asset, or of a font that a style sheet names, by address; undefined if there is none. */
  readonly bytes: Bytes;
  /** Servers from which it may load; see `filePolicy`. */
  readonly hosts?: readonly string[];
  /** What a reader of the file should know: when it was made, with which inputs. */
  readonly facts?: readonly ReportFact[];
  /** `page` by default. */
  readonly form?: 'page' | 'slides';
  /** By `drawFileCells`; absent: they are drawn here. Slides are drawn here in any case. */
  readonly cells?: FileCells;
  /** Awaited between parts, for a caller that has other work, too. */
  readonly pause?: () => Promise<void>;
}

/** The HTML of each cell, in pieces. */
export type FileCells = readonly (readonly string[])[];

export interface ReportFact {
  readonly label: string;
  readonly value: string;
}

/** Drawn cells are kept until their HTML is this long together; the others are drawn again when they are written. */
const KEPT_CHARS = 32_000_000;

/** The cells of the file, in steps: for a caller that has other work, too. */
export function* drawFileCells(
  report: Report,
  options: Pick<RenderOptions, 'blob' | 'attempt' | 'asset'>,
): Generator<undefined, FileCells> {
  const cells: string[][] = [];
  for (const draw of cellDrawings(report, drawingOf(options))) {
    const pieces: string[] = [];
    for (const piece of draw()) {
      pieces.push(piece);
      yield;
    }
    cells.push(pieces);
  }
  return cells;
}

/** Files of the run are left out: the exported file has no server to load them from. */
function drawingOf({ asset, blob, attempt }: Pick<RenderOptions, 'blob' | 'attempt' | 'asset'>): RenderOptions {
  return { ...defined({ attempt }), blob, asset: inFile(asset) };
}

function inFile(asset: RenderOptions['asset']): RenderOptions['asset'] {
  return (name) => (isLibraryAsset(name) ? `#${name}` : asset(name));
}

/** The file in parts, to be written one after the other; a large report is drawn while it is written. */
export async function exportHtml(report: Report, options: HtmlExportOptions): Promise<Iterable<string>> {
  const { bytes, asset } = options;
  const isSlides = options.form === 'slides';
  const drawing = drawingOf(options);
  const cells = isSlides ? [] : (options.cells ?? keptCells(report, drawing));
  const slides = isSlides ? [renderSlides(report, drawing)] : undefined;
  const article = () => slides ?? articleOf(report, inOrder(cells), drawing);
  const seen = await surveyOf(article(), options);
  const top = renderFacts(options) + renderContents(report.cells, (at) => [...(cells[at] ?? [])].join(''));
  seen.add(top);
  const sheets: readonly AssetName[] = [
    'report.css',
    ...(seen.hasMath() ? (['math.css'] as const) : []),
    ...(isSlides ? (['slides.css'] as const) : []),
  ];
  const styles = sheets.map((name) => `<style>${sheet(asset(name), seen.text, bytes)}</style>`);
  const used = withNeeded(seen.libraries);
  const modules = (['frame.js', ...(isSlides ? (['slides.js'] as const) : [])] as const).map((name) =>
    aloneModule(asset(name), bytes),
  );
  return page(report, options, {
    head: [
      `<meta${attributes({ 'http-equiv': 'Content-Security-Policy', content: filePolicy(options.hosts) })}>`,
      HEAD_SCRIPT,
      libraryList(
        inFile(asset),
        used.map(({ name }) => name),
      ),
      ...styles,
    ].join('\n'),
    article: inOrder([[top], article()]),
    scripts: [
      ...(await Promise.all(used.flatMap(({ files }) => files).map((file) => packedFile(file, options)))),
      ...modules.map((source) => (source === undefined ? '' : `<script type="module">${scriptText(source)}</script>`)),
    ],
  });
}

function keptCells(report: Report, drawing: RenderOptions): readonly Iterable<string>[] {
  // within a time limit everything is drawn once
  const room = { chars: drawing.attempt === undefined ? KEPT_CHARS : Infinity };
  return cellDrawings(report, drawing).map((draw) => keptPieces(draw, room));
}

/** What `draw` returns, kept when it is drawn for the first time if there is room for it. */
function keptPieces(draw: () => Iterable<string>, room: { chars: number }): Iterable<string> {
  let kept: readonly string[] | undefined;
  return {
    *[Symbol.iterator]() {
      if (kept !== undefined) return yield* kept;
      const pieces: string[] = [];
      let chars = 0;
      for (const piece of draw()) {
        chars += piece.length;
        if (chars <= room.chars) pieces.push(piece);
        else pieces.length = 0;
        yield piece;
      }
      if (chars > room.chars) return;
      room.chars -= chars;
      kept = pieces;
    },
  };
}

function* inOrder(parts: Iterable<Iterable<string>>): Generator<string> {
  for (const part of parts) yield* part;
}

/** A file of a library, for the frame; empty if there is none. */
async function packedFile({ asset: name, kind }: LibraryFile, { asset, bytes }: HtmlExportOptions): Promise<string> {
  const address = asset(name);
  const module = kind === 'module' ? aloneModule(address, bytes) : undefined;
  const file = module === undefined ? bytes(address) : new TextEncoder().encode(module);
  return file === undefined ? '' : `<script type="text/plain" id="${name}">${await packedScript(file)}</script>`;
}

function sheet(address: string, text: TextSurvey, bytes: Bytes): string {
  const css = bytes(address);
  return css === undefined
    ? ''
    : aloneStyle(new TextDecoder().decode(css), text, { address, bytes }).replaceAll('</style', '<\\/style');
}

function renderFacts({ facts = [] }: HtmlExportOptions): string {
  if (facts.length === 0) return '';
  const rows = facts.map(({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl id="report-facts">${rows.join('')}</dl>\n`;
}
