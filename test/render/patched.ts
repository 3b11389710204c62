/** The document of a report as a browser without scripts has it. */
import type { ReportPatch } from '../../src/domain/report/report.ts';

/** As the report's frame does it. */
export function applyPatch(document: Document, patch: ReportPatch): void {
  // the library that draws widgets takes it
  if (patch.type === 'widgets') return;
  const target = document.getElementById(patch.target);
  if (target === null) throw new Error(`no element ${patch.target}`);
  if (patch.type === 'remove') target.remove();
  else if (patch.type === 'state') target.setAttribute('data-state', patch.state);
  else {
    const template = document.createElement('template');
    template.innerHTML = patch.html;
    if (patch.type === 'append') target.append(template.content);
    else target.replaceWith(template.content);
  }
}

/** The report in the document, without the white space between its elements. */
export function withoutGaps(document: Document): string {
  // the library that draws widgets replaces the text, and takes their states
  for (const part of document.querySelectorAll('.widget-text, #report-widgets')) part.remove();
  return document.getElementById('report')?.outerHTML.replace(/>\s+</g, '><') ?? '';
}
