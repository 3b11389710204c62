/** Finds pictures that are none or are cut off, from the first and last bytes of their files. */

export type ImageFault = 'damaged' | 'incomplete';

interface Format {
  readonly starts: RegExp;
  /** How a whole file ends; absent: it is not checked. */
  readonly ends?: RegExp;
}

/** Bytes as characters. Browsers go by these, not by the type that comes with the picture. */
const FORMATS: readonly Format[] = [
  { starts: /^\x89PNG\r\n\x1a\n/, ends: /IEND[^]{4}/ },
  { starts: /^\xff\xd8\xff/, ends: /\xff\xd9/ },
  { starts: /^GIF8[79]a/, ends: /;/ },
  { starts: /^RIFF[^]{4}WEBP/ },
  { starts: /^[^]{4}ftyp(?:avi[fs]|mif1|msf1|heic)/ },
  { starts: /^BM/ },
  { starts: /^\0\0[\x01\x02]\0/ },
];

const HEAD_CHARS = 64;
/** Some programs write a little behind the end. */
const TAIL_CHARS = 400;

/** `base64` without white space. Undefined for a picture in which nothing is wrong. */
export function imageFault(base64: string): ImageFault | undefined {
  const head = bytesOf(base64.slice(0, HEAD_CHARS));
  const format = FORMATS.find(({ starts }) => starts.test(head));
  if (format === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return 'damaged';
  if (isWebpCut(head, base64)) return 'incomplete';
  const whole = base64.slice(0, base64.length - (base64.length % 4));
  const tail = bytesOf(whole.slice(Math.max(0, whole.length - TAIL_CHARS)));
  return format.ends === undefined || format.ends.test(tail) ? undefined : 'incomplete';
}

/** Its size is in its head. */
function isWebpCut(head: string, base64: string): boolean {
  if (!head.startsWith('RIFF')) return false;
  const size = [4, 5, 6, 7].reduceRight((sum, at) => sum * 256 + head.charCodeAt(at), 0) + 8;
  return Math.floor((base64.length * 3) / 4) < size - 3;
}

/** Empty if it is no base64. */
function bytesOf(base64: string): string {
  try {
    return atob(base64.slice(0, base64.length - (base64.length % 4)));
  } catch {
    return '';
  }
}
