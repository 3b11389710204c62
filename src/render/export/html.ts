/** A report as one self-contained file: styles, fonts, pictures and the libraries it uses are inside. */
import type { Report } from '../../domain/report/report.ts';
import { articleOf, hasMath, HEAD_SCRIPT, page, renderCells, type DocumentOptions } from '../document.ts';
import { attributes, escapeHtml } from '../html.ts';
import { LIBRARIES, withNeeded } from '../library/all.ts';
import { libraryList, namedLibraries } from '../library/library-tag.ts';
import { isLibraryAsset, type LibraryFile } from '../library/library.ts';
import type { AssetName, RenderOptions } from '../options.ts';
import { renderContents } from '../report-contents.ts';
import { filePolicy } from '../policy.ts';
import { aloneModule, packedScript, scriptText } from './script.ts';
import { renderSlides } from './slides.ts';
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
}

export interface ReportFact {
  readonly label: string;
  readonly value: string;
}

/**
 * The file in parts, to be written one after the other. Files of the run are left out: the exported file has no server
 * to load them from.
 */
export async function exportHtml(report: Report, options: HtmlExportOptions): Promise<readonly string[]> {
  const { bytes, asset, blob, attempt = withoutLimit } = options;
  const isSlides = options.form === 'slides';
  const inFile = (name: AssetName) => (isLibraryAsset(name) ? `#${name}` : asset(name));
  const drawing: RenderOptions = { blob, ...(options.attempt === undefined ? {} : { attempt }), asset: inFile };
  const cells = isSlides ? [] : renderCells(report, drawing);
  const article = isSlides ? [renderSlides(report, drawing)] : articleOf(report, cells, drawing);
  const body = [renderFacts(options) + renderContents(report.cells, cells), ...article];
  const sheets: readonly AssetName[] = [
    'report.css',
    ...(hasMath(article) ? (['math.css'] as const) : []),
    ...(isSlides ? (['slides.css'] as const) : []),
  ];
  const styleOf = (name: AssetName) => attempt(() => sheet(asset(name), body, bytes)) ?? sheet(asset(name), [], bytes);
  const styles = sheets.map((name) => `<style>${styleOf(name)}</style>`);
  const used = withNeeded(article.flatMap((part) => [...namedLibraries(part), ...librariesInFrames(part)]));
  const modules = (['frame.js', ...(isSlides ? (['slides.js'] as const) : [])] as const).map((name) =>
    aloneModule(asset(name), bytes),
  );
  return page(report, options, {
    head: [
      `<meta${attributes({ 'http-equiv': 'Content-Security-Policy', content: filePolicy(options.hosts) })}>`,
      HEAD_SCRIPT,
      libraryList(
        inFile,
        used.map(({ name }) => name),
      ),
      ...styles,
    ].join('\n'),
    article: body,
    scripts: [
      ...(await Promise.all(used.flatMap(({ files }) => files).map((file) => packedFile(file, options)))),
      ...modules.map((source) => (source === undefined ? '' : `<script type="module">${scriptText(source)}</script>`)),
    ],
  });
}

/** Those whose files are named by frames in the report. */
function librariesInFrames(article: string): readonly string[] {
  if (!article.includes('#library-')) return [];
  return LIBRARIES.filter(({ files }) => files.some(({ asset }) => article.includes(`#${asset}`))).map(
    ({ name }) => name,
  );
}

/** A file of a library, for the frame; empty if there is none. */
async function packedFile({ asset: name, kind }: LibraryFile, { asset, bytes }: HtmlExportOptions): Promise<string> {
  const address = asset(name);
  const module = kind === 'module' ? aloneModule(address, bytes) : undefined;
  const file = module === undefined ? bytes(address) : new TextEncoder().encode(module);
  return file === undefined ? '' : `<script type="text/plain" id="${name}">${await packedScript(file)}</script>`;
}

function withoutLimit<T>(make: () => T): T {
  return make();
}

function sheet(address: string, html: readonly string[], bytes: Bytes): string {
  const css = bytes(address);
  return css === undefined
    ? ''
    : aloneStyle(new TextDecoder().decode(css), html, { address, bytes }).replaceAll('</style', '<\\/style');
}

function renderFacts({ facts = [] }: HtmlExportOptions): string {
  if (facts.length === 0) return '';
  const rows = facts.map(({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl id="report-facts">${rows.join('')}</dl>\n`;
}
