/** Every format, in the order in which they are offered. */
import { docx } from './docx.ts';
import { epub } from './epub.ts';
import type { WrittenFormat } from './format.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';
import { odt } from './odt.ts';
import { pdf } from './pdf.ts';

export const FORMATS: readonly WrittenFormat[] = [pdf, docx, odt, epub, latex, markdown];
