/** What HTML names, in its tags and in its styles: files beside the script, and pages in frames. */
import { NO_FILES, type FileAddresses } from './file.ts';
import { attributes, escapeHtml, type HtmlMapping } from './html.ts';
import { frameTag } from './html-frame.ts';
import { writtenAttributes } from './html-tag.ts';
import { libraryLink, libraryTagInFrame } from './library/library-tag.ts';
import type { RenderOptions } from './options.ts';
import { WORDS } from './report-text.ts';

/** Attributes as they are written: with entities, and lower-case names. */
type Given = Readonly<Record<string, string>>;

const SHOWN: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  source: ['src'],
  video: ['src', 'poster'],
  audio: ['src'],
  track: ['src'],
  embed: ['src'],
  input: ['src'],
  image: ['href', 'xlink:href'],
};
const URL_OF_STYLE = /\burl\(\s{0,9}(["']?)([^"')\s]{1,1000})\1\s{0,9}\)/gi;

export interface ReportMapping extends Required<Pick<HtmlMapping, 'mapTag' | 'mapStyle'>> {
  /** As `mapTag`, for the content of a frame. */
  readonly mapInner: NonNullable<HtmlMapping['mapTag']>;
}

/** The mapping of `containHtml` for a report with these files. Without `asset`, frames load no libraries of ours. */
export function reportMapping({
  files = NO_FILES,
  asset,
}: Partial<Pick<RenderOptions, 'files' | 'asset'>> = {}): ReportMapping {
  const mapInner = (name: string, given: Given): string | undefined => {
    const address = given[name === 'script' ? 'src' : 'href'];
    return (
      (address === undefined || asset === undefined
        ? undefined
        : libraryTagInFrame(name, withoutEntities(address), asset)) ?? tagWithFiles(name, given, files)
    );
  };
  const mapTag = (name: string, given: Given): string | undefined => {
    if (name === 'iframe') return frameTag(given, mapInner);
    const href = name === 'link' && isStyleSheet(given) ? given['href'] : undefined;
    return (href === undefined ? undefined : libraryLink(withoutEntities(href))) ?? tagWithFiles(name, given, files);
  };
  return { mapTag, mapInner, mapStyle: (css) => stylesWithFiles(css, files) };
}

/** The opening tag with the addresses of files that the report has; undefined where it stays as it is. */
function tagWithFiles(name: string, given: Given, files: FileAddresses): string | undefined {
  if (name === 'a' || name === 'area') return linkWithFile(name, given, files);
  if (name === 'link') return styleSheet(given, files);
  // most tags, such as the cells of large tables
  if (SHOWN[name] === undefined && given['style'] === undefined) return undefined;
  const changed: Record<string, string> = { ...given };
  let isChanged = false;
  for (const attribute of SHOWN[name] ?? []) {
    const address = given[attribute];
    const shown = address === undefined ? undefined : files.shown(withoutEntities(address));
    if (shown === undefined) continue;
    isChanged = true;
    delete changed['srcset'];
    if (shown === null) delete changed[attribute];
    else changed[attribute] = shown;
  }
  const style = given['style'];
  if (style !== undefined && style.includes('url(')) {
    const mapped = stylesWithFiles(style, files);
    isChanged ||= mapped !== style;
    changed['style'] = mapped;
  }
  return isChanged ? `<${name}${writtenAttributes(changed)}>` : undefined;
}

/** A style sheet with the files that it names inside it. */
function stylesWithFiles(css: string, files: FileAddresses): string {
  if (!css.includes('url(')) return css;
  return css.replace(URL_OF_STYLE, (all, _quote: string, address: string) => {
    const shown = files.shown(withoutEntities(address));
    return shown === undefined ? all : shown === null ? 'none' : `url(${shown})`;
  });
}

function linkWithFile(name: string, given: Given, files: FileAddresses): string | undefined {
  const address = given['href'];
  const link = address === undefined ? undefined : files.link(withoutEntities(address));
  if (link === undefined) return undefined;
  const { href: _href, download: _download, ...rest } = given;
  if (link === null)
    return `<${name}${writtenAttributes({ ...rest, title: escapeHtml(WORDS.fileMissing), class: 'no-file' })}>`;
  return `<${name}${writtenAttributes(rest)}${attributes({ target: '_blank', rel: 'noopener noreferrer', ...link })}>`;
}

function styleSheet(given: Given, files: FileAddresses): string | undefined {
  const address = given['href'];
  if (address === undefined || !isStyleSheet(given)) return undefined;
  const css = files.styles(withoutEntities(address));
  return css === undefined ? undefined : css === null ? '' : `<style>${css.replaceAll('</style', '<\\/style')}</style>`;
}

function isStyleSheet(given: Given): boolean {
  return /\bstylesheet\b/i.test(given['rel'] ?? '');
}

function withoutEntities(address: string): string {
  return address.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}
