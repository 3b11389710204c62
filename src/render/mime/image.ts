/** Pictures: `image/png`, `jpeg`, `gif`, `webp`, `avif`, `bmp`. */
import type { Json } from '../../domain/text/json.ts';
import { attributes, escapeHtml } from '../html.ts';
import { imageFault } from '../image-fault.ts';
import { imageSize } from '../image-size.ts';
import { WORDS } from '../report-text.ts';
import { valueText, type MimeOutput, type MimeRenderer } from './renderer.ts';

export const image: MimeRenderer = {
  kind: 'image',
  matches: (mime) => /^image\/(png|jpe?g|gif|webp|avif|bmp)$/.test(mime),
  render: (output) => {
    const base64 = valueText(output.value).replace(/\s+/g, '');
    const fault = imageFault(base64);
    if (fault === 'damaged') return faultNote(WORDS.imageDamaged, output);
    const natural = imageSize(base64);
    const given = { width: pixels(output.metadata['width']), height: pixels(output.metadata['height']) };
    // If one side is given, the picture keeps its shape.
    const ratio = natural === undefined ? undefined : natural.width / natural.height;
    const width =
      given.width ??
      (given.height !== undefined && ratio !== undefined ? Math.round(given.height * ratio) : natural?.width);
    const height =
      given.height ??
      (given.width !== undefined && ratio !== undefined ? Math.round(given.width / ratio) : natural?.height);
    const picture = `<img${attributes({ src: `data:${output.mime};base64,${base64}`, alt: altText(output), width, height })}>`;
    return fault === undefined ? picture : `${picture}<p class="note">${WORDS.imageIncomplete}</p>`;
  },
};

/** The sentence in the place of a picture, with the text that tells what it would show. */
export function faultNote(sentence: string, output: MimeOutput): string {
  const alt = altText(output);
  return `<p class="note">${sentence}</p>${alt === WORDS.figure ? '' : `<p>${escapeHtml(alt)}</p>`}`;
}

/** The author's alternative text; `<Figure size …>` and the like tell a reader nothing. */
export function altText({ metadata, text }: MimeOutput): string {
  const alt = metadata['alt'];
  if (typeof alt === 'string') return alt;
  return text === undefined || /^<.*>$/s.test(text.trim()) || text.length > 300 ? WORDS.figure : text.trim();
}

export function pixels(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? Math.round(number) : undefined;
}
