/** The pixel size of a picture from the first bytes of its file, so that a page can reserve room for it. */
import { imageSize as readSize } from 'image-size';

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Enough for a JPEG with a large preview before its size, and for the boxes of an AVIF. */
const LONG_HEAD_CHARS = 160_000;
/** Other formats begin with their size. */
const HEAD_CHARS = 400;
/** How JPEG and AVIF begin in base64. */
const LONG = /^(?:\/9j\/|AAAA)/;

/** Undefined for what is no picture, or is one of a format that is not known. */
export function imageSize(base64: string): PixelSize | undefined {
  const head = base64.slice(0, LONG.test(base64) ? LONG_HEAD_CHARS : HEAD_CHARS);
  const text = head.slice(0, head.length - (head.length % 4));
  try {
    const { width, height } = readSize(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
    return width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
