/** A report's document as text. */
import type { Report } from '../../src/domain/report/report.ts';
import { renderDocument, type DocumentOptions } from '../../src/render/document.ts';

export function documentText(report: Report, options: DocumentOptions): string {
  return Buffer.concat(renderDocument(report, options)).toString('utf8');
}
