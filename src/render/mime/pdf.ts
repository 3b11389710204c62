/**
 * `application/pdf`: its name, its size, its pages and a download. Browsers show no PDF in a sandbox.
 */
import { sizeWords } from '../../domain/text/size.ts';
import { attributes, escapeHtml } from '../html.ts';
import { WORDS } from '../report-text.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

/** The pages of longer ones are not counted. */
const MOST_COUNTED_CHARS = 12_000_000;

export const pdf: MimeRenderer = {
  kind: 'file',
  matches: (mime) => mime === 'application/pdf',
  render: ({ value, metadata }) => {
    const base64 = valueText(value).replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || !textAt(base64, 1400).includes('%PDF-'))
      return `<p class="note">${WORDS.notAsNamed('PDF')}</p>`;
    const given = metadata['name'] ?? metadata['filename'];
    const name = typeof given === 'string' && given.trim() !== '' ? given.trim() : WORDS.pdfName;
    const pages = base64.length > MOST_COUNTED_CHARS ? 0 : pagesOf(textAt(base64, base64.length));
    const facts = ['PDF', sizeWords(Math.floor((base64.length * 3) / 4)), ...(pages > 0 ? [WORDS.pages(pages)] : [])];
    const link = attributes({ href: `data:application/pdf;base64,${base64}`, download: name });
    return `<p class="file-card"><a${link}>${escapeHtml(name)}</a> <span>${facts.join(' · ')}</span></p>`;
  },
};

/** Bytes as characters, of about this many characters of base64. */
function textAt(base64: string, chars: number): string {
  try {
    return atob(base64.slice(0, chars - (chars % 4)));
  } catch {
    return '';
  }
}

/** 0 if they cannot be counted without reading compressed parts. */
function pagesOf(text: string): number {
  return text.match(/\/Type\s{0,9}\/Page(?![A-Za-z])/g)?.length ?? 0;
}
