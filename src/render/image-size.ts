/** The pixel size of a picture from the first bytes of its file, so that a page can reserve room for it. */

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Enough for a JPEG with a large preview before its size. */
const HEAD_CHARS = 160_000;

/** Reads PNG, GIF, JPEG and WebP; undefined for anything else. */
export function imageSize(base64: string): PixelSize | undefined {
  const bytes = head(base64);
  if (bytes === undefined || bytes.length < 30) return undefined;
  const view = new DataView(bytes.buffer);
  const size = (width: number, height: number) => (width > 0 && height > 0 ? { width, height } : undefined);
  if (view.getUint32(0) === 0x89504e47) return size(view.getUint32(16), view.getUint32(20));
  if (view.getUint32(0) === 0x47494638) return size(view.getUint16(6, true), view.getUint16(8, true));
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  return view.getUint16(0) === 0xffd8 ? jpegSize(view) : undefined;
}

function head(base64: string): Uint8Array<ArrayBuffer> | undefined {
  // A JPEG's size comes after its other headers; other formats begin with it.
  const text = base64.startsWith('/9j/') ? base64.slice(0, HEAD_CHARS) : base64.slice(0, 64);
  try {
    return Uint8Array.from(atob(text.slice(0, text.length - (text.length % 4))), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function jpegSize(view: DataView): PixelSize | undefined {
  for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webpSize(view: DataView): PixelSize | undefined {
  const format = view.getUint32(12);
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (format === 0x56503858) return { width: 1 + uint24(24), height: 1 + uint24(27) };
  if (format === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (format !== 0x5650384c) return undefined;
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
