/** What a notebook says about itself: title, description, category, tags, owner, options. */
import MarkdownIt from 'markdown-it';
import { defined } from '../domain/defined.ts';
import { REPORT_THEMES } from '../domain/script/script-theme.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import type { Cell, Notebook } from '../domain/notebook/notebook.ts';
import { readSnapshot } from '../domain/script/script-snapshot.ts';
import { SIZE, sizeBytes } from '../domain/text/size.ts';
import { type Finding, findingOf } from '../domain/finding.ts';
import type { Script } from '../domain/script/script.ts';
import type { OwnSettings } from './script-own.ts';
import type { Preface } from './script-preface.ts';
import { readPublication } from './script-publication.ts';

/** With HTML, so that tags are tokens of their own. */
const markdown = new MarkdownIt({ html: true });
const DESCRIPTION_CHARS = 300;
/** Limit of an explicit description. */
const OWN_DESCRIPTION_CHARS = 2000;
/** Limit of titles, names and tags. */
const NAME_CHARS = 200;
const MOST_TAGS = 50;
const MOST_AT_ONCE = 1000;
const MOST_RETRIES = 10;
const MOST_IGNORED = 100;
/** Files and folders that an author may name. */
const MOST_FILES = 20;

type About = Pick<
  Script,
  'title' | 'description' | 'folder' | 'tags' | 'owner' | 'contact' | 'isDraft' | 'aliases' | 'options'
>;

/**
 * `metadata.script_runner` has precedence, then the preface, then Jupyter's own metadata, then the beginning of the
 * text.
 */
export function aboutNotebook(name: string, notebook: Notebook, preface: Preface | undefined): About {
  const { cells, metadata } = notebook;
  const snapshot = readSnapshot(notebook);
  const own = isJsonObject(metadata.script_runner) ? metadata.script_runner : {};
  const words = firstWords(preface === undefined ? cells : cells.slice(1));
  const owner = text(own.owner) ?? text(preface?.owner) ?? authors(metadata);
  const contact = text(own.contact) ?? text(preface?.contact);
  return {
    title: text(own.title) ?? text(preface?.title) ?? text(metadata.title) ?? text(words.title) ?? titleOfName(name),
    description:
      text(own.description, OWN_DESCRIPTION_CHARS) ??
      text(preface?.description, OWN_DESCRIPTION_CHARS) ??
      text(metadata.description, OWN_DESCRIPTION_CHARS) ??
      words.description ??
      '',
    folder: text(own.category) ?? text(own.folder) ?? text(preface?.category) ?? folderOf(name),
    tags: tagsOf(own.tags) ?? tagsOf(metadata.tags) ?? [],
    ...defined({ owner, contact }),
    ...readPublication(own),
    options: {
      showCode: own.show_code === true || (own.show_code === undefined && preface?.showCode === true),
      downloads: [...new Set([...(preface?.downloads ?? []), ...strings(own.downloads)])],
      ...defined({ snapshot, theme: REPORT_THEMES.find((theme) => theme === own.theme) }),
      ...(own.tables === false ? { keepsTables: false } : {}),
      ...(isConcurrency(own.concurrency) ? { concurrency: own.concurrency } : {}),
      ...(isRetries(own.retries) ? { retries: own.retries } : {}),
      ...needsOf(own),
      ...(isDays(own.retain_days) ? { retainDays: own.retain_days } : {}),
      ...(Number.isInteger(own.retain_count) && Number(own.retain_count) > 0
        ? { retainCount: Number(own.retain_count) }
        : {}),
      ...(typeof own.retain_bytes === 'string' && SIZE.test(own.retain_bytes)
        ? { retainBytes: sizeBytes(own.retain_bytes) }
        : {}),
    },
  };
}

export function folderOf(name: string): string {
  return name.split('/').slice(0, -1).join('/');
}

/** `sales/weekly_report` -> `Weekly report`. */
export function titleOfName(name: string): string {
  const words = (name.split('/').at(-1) ?? name).replace(/[_-]+/g, ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The first heading, and the first paragraph of its cell or of the following text cell. */
function firstWords(cells: readonly Cell[]): { readonly title?: string; readonly description?: string } {
  let title: string | undefined;
  for (const [index, cell] of cells.slice(0, 20).entries()) {
    if (cell.type !== 'markdown') continue;
    const blocks = plainBlocks(cell.source.slice(0, 10_000));
    const headingAt = blocks.findIndex(({ type }) => type === 'heading_open');
    title ??= blocks[headingAt]?.text;
    const paragraph = blocks.slice(headingAt + 1).find(({ type }) => type === 'paragraph_open');
    const next = cells[index + 1];
    const goesOn = title !== undefined && paragraph === undefined && next?.type === 'markdown';
    if (paragraph !== undefined) return { ...defined({ title }), description: shortened(paragraph.text) };
    if (title !== undefined && !goesOn) return { title };
  }
  return title === undefined ? {} : { title };
}

function plainBlocks(source: string): { readonly type: string; readonly text: string }[] {
  const tokens = markdown.parse(source, {});
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    if (token.type === 'html_block' && token.level === 0) return headingOfHtml(token.content);
    if (token.type !== 'inline' || before === undefined || before.level > 0) return [];
    const text = (token.children ?? [])
      .map(({ type, content }) =>
        type === 'text' || type === 'code_inline' ? content : /break$/.test(type) ? ' ' : '',
      )
      .join('');
    return block(before.type, text);
  });
}

function block(type: string, text: string): { readonly type: string; readonly text: string }[] {
  const plain = withoutMarks(withoutFormulas(text)).replace(/\s+/g, ' ').trim();
  return plain === '' ? [] : [{ type, text: plain }];
}

/** The first heading of a block of HTML: `<h1 align="center">Sales</h1>`. */
function headingOfHtml(html: string): { readonly type: string; readonly text: string }[] {
  const [, , inner = ''] = /<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1>/i.exec(html) ?? [];
  return block('heading_open', markdown.utils.unescapeAll(inner.replace(/<[^>]*>/g, ' ')));
}

/** Quarto's and MyST's marks, which reports show as links, notes in the margin and attributes. */
function withoutMarks(text: string): string {
  return text
    .replace(/\[[^[\]]{0,2000}\]\{\.(?:aside|column-margin)\}/g, '')
    .replace(/\{(?:ref|numref|eq)\}/g, '')
    .replace(/\{[.#][^{}]{0,200}\}/g, '')
    .replace(/\[?-?@((?:fig|tbl)-[\w-]+)\]?/g, '$1');
}

/** A formula of plain signs is shown as these, any other left out; prices stay. */
function withoutFormulas(text: string): string {
  return text.replace(/(\${1,2})(?![\s$])([^$\n]*?[^$\s])\1(?![\d$])/g, (_all, _sign, formula: string) =>
    /^[\w\s+=<>.,()*/%-]*$/.test(formula) ? formula : '',
  );
}

function shortened(text: string): string {
  if (text.length <= DESCRIPTION_CHARS) return text;
  const cut = text.slice(0, DESCRIPTION_CHARS);
  const sentence = /^.*[.!?](?=\s)/.exec(cut)?.[0];
  return sentence ?? `${cut.slice(0, cut.lastIndexOf(' '))} …`;
}

function authors(metadata: JsonObject): string | undefined {
  const names = Array.isArray(metadata.authors)
    ? (metadata.authors as Json[])
        .map((author) => text(isJsonObject(author) ? author.name : author))
        .filter((name) => name !== undefined)
    : [];
  return text(names.join(', '));
}

/** What its runs need of a worker; what is not understood is named by `optionFindings`. */
function needsOf(own: JsonObject): Pick<About['options'], 'needs' | 'memoryBytes' | 'files'> {
  const needs = tagsOf(typeof own.needs === 'string' ? [own.needs] : own.needs)?.filter((tag) => tag !== '') ?? [];
  const memory = own.needs_memory;
  return {
    ...(needs.length === 0 ? {} : { needs }),
    ...(typeof memory === 'string' && SIZE.test(memory) ? { memoryBytes: sizeBytes(memory) } : {}),
    ...(own.files !== undefined && areFiles(own.files) ? { files: [own.files].flat() as string[] } : {}),
  };
}

function isConcurrency(value: Json | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_AT_ONCE;
}

function isRetries(value: Json | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_RETRIES;
}

/** What is wrong with an option that would be ignored, although its author relies on it. */
export function optionFindings({ values: own, place }: OwnSettings): readonly Finding[] {
  const ignored = (name: string, effect: string, right: string): Finding =>
    findingOf('ignored-option', {
      what: `script_runner.${name} is ${JSON.stringify(own[name])}, so ${effect}.`,
      where: place(name),
      remedy: `Use ${right}.`,
    });
  const isNeed = own.needs === undefined || typeof own.needs === 'string' || isTexts(own.needs);
  const memory = own.needs_memory;
  const isMemory = memory === undefined || (typeof memory === 'string' && SIZE.test(memory));
  return [
    ...(own.concurrency === undefined || isConcurrency(own.concurrency)
      ? []
      : [
          ignored(
            'concurrency',
            'any number of its runs execute at once',
            `a whole number from 1 to ${String(MOST_AT_ONCE)}`,
          ),
        ]),
    ...(own.retries === undefined || isRetries(own.retries)
      ? []
      : [ignored('retries', 'no run begins again', `a whole number from 0 to ${String(MOST_RETRIES)}`)]),
    ...(isNeed ? [] : [ignored('needs', 'any worker may execute it', 'a list of tags such as ["gpu"]')]),
    ...(own.files === undefined || areFiles(own.files)
      ? []
      : [ignored('files', 'none of them travels', `a list of at most ${MOST_FILES} paths such as ["../shared"]`)]),
    ...(own.ignore === undefined || isTexts(own.ignore)
      ? []
      : [ignored('ignore', 'no finding is ignored', 'a list of kinds such as ["absolute-path"]')]),
    ...(isMemory ? [] : [ignored('needs_memory', 'any worker may execute it', 'a size such as "8GB"')]),
  ];
}

/** The kinds of findings that the author wants to hear nothing of. */
export function ignoredCodes({ values: own }: OwnSettings): readonly string[] {
  return own.ignore !== undefined && isTexts(own.ignore) ? strings(own.ignore).slice(0, MOST_IGNORED) : [];
}

function areFiles(value: Json): boolean {
  return typeof value === 'string' || (isTexts(value) && (value as Json[]).length <= MOST_FILES);
}

function isTexts(value: Json): boolean {
  return Array.isArray(value) && (value as Json[]).every((item) => typeof item === 'string');
}

function isDays(value: Json | undefined): value is number {
  return typeof value === 'number' && value > 0 && value <= 36_500;
}

/** Trimmed, and cut if it is longer than anybody would read. */
function text(value: Json | undefined, most = NAME_CHARS): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const plain = value.trim();
  return plain.length <= most ? plain : `${plain.slice(0, most)}…`;
}

function tagsOf(value: Json | undefined): string[] | undefined {
  return Array.isArray(value)
    ? strings(value)
        .slice(0, MOST_TAGS)
        .map((tag) => text(tag) ?? '')
    : undefined;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? (value as Json[]).filter((item) => typeof item === 'string') : [];
}
