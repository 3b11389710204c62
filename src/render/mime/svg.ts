/** `image/svg+xml`, as a picture: its styles, ids and scripts cannot affect the page. */
import { attributes } from '../html.ts';
import { withoutDoctype } from '../xml-entity.ts';
import { WORDS } from '../report-text.ts';
import { altText, faultNote, pixels } from './image.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';
/**
 * What may come first: white space, an XML declaration and other processing instructions, comments, a document type.
 */
const PROLOG = /^(?:\s+|\ufeff|<\?[^>]*>|<!--[^]*?-->|<![^>[-][^>[]*>)*/;
const ROOT = /^<(?:\w+:)?svg\b(?:"[^"]*"|'[^']*'|[^>"'])*>/;
const PIXELS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
};

export const svg: MimeRenderer = {
  kind: 'image',
  matches: (mime) => mime === 'image/svg+xml',
  render: (output) => {
    const source = withoutDoctype(valueText(output.value));
    const drawing = source.slice(PROLOG.exec(source)?.[0].length);
    const root = ROOT.exec(drawing)?.[0] ?? '';
    if (root === '') return faultNote(WORDS.notAsNamed('SVG'), output);
    const whole = /\sxmlns(:\w+)?\s*=/.test(root) ? drawing : drawing.replace('<svg', `<svg xmlns="${NAMESPACE}"`);
    const width = pixels(output.metadata['width']) ?? length(root, 'width');
    const height = pixels(output.metadata['height']) ?? length(root, 'height');
    return `<img${attributes({ src: `data:image/svg+xml,${encode(whole)}`, alt: altText(output), width, height })}>`;
  },
};

function length(root: string, name: string): number | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]+)([a-z]*)\\s*["']`).exec(root);
  const unit = PIXELS[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : pixels(Number(match[1]) * unit);
}

/** Shorter than `encodeURIComponent`: escapes only what a data address in double quotes cannot contain. */
function encode(source: string): string {
  return source.replace(/[%#\r\n\t<>"&{}\\^`|\u0000-\u001f\ud800-\udfff]/gu, (char) =>
    encodeURIComponent(char.isWellFormed() ? char : '\ufffd'),
  );
}
