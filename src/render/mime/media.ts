/** Sounds and films: `audio/*`, `video/*`. Browsers play them with their own controls. */
import { attributes } from '../html.ts';
import { WORDS } from '../report-text.ts';
import { pixels } from './image.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

export const audio: MimeRenderer = {
  kind: 'media',
  matches: (mime) => /^audio\/[\w.+-]+$/.test(mime),
  render: ({ mime, value }) =>
    `<audio${attributes({ controls: true, preload: 'metadata', 'aria-label': WORDS.sound, src: address(mime, valueText(value)) })}></audio>`,
};

export const video: MimeRenderer = {
  kind: 'media',
  matches: (mime) => /^video\/[\w.+-]+$/.test(mime),
  render: ({ mime, value, metadata }) =>
    `<video${attributes({
      controls: true,
      preload: 'metadata',
      'aria-label': WORDS.film,
      width: pixels(metadata['width']),
      height: pixels(metadata['height']),
      src: address(mime, valueText(value)),
    })}></video>`,
};

/** Kernels send base64, and some an address. */
function address(mime: string, text: string): string {
  return /^(?:data|https?):/i.test(text) ? text : `data:${mime};base64,${text.replace(/\s+/g, '')}`;
}
