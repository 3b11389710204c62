/** What stands in the place of a frame that is not shown. */
import { filePath } from '../domain/report/report-file.ts';
import { WORDS } from './report-text.ts';

export interface FrameSentence {
  readonly text: string;
  /** Of a page that the reader can open instead. */
  readonly href?: string;
}

/** `address` as the frame gives it. */
export function frameSentence(address: string): FrameSentence {
  const path = filePath(address);
  if (path !== undefined) return { text: WORDS.frameFile(path) };
  const base = 'https://script.invalid/';
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.host === 'script.invalid')
    return { text: WORDS.frameOther };
  return { text: WORDS.framePage(url.host), href: url.href };
}
