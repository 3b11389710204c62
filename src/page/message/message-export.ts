/** What pages call the formats of a report. */
export const EXPORT_LABELS: Readonly<Record<string, string>> = {
  html: 'Report as a web page (HTML)',
  ipynb: 'Executed notebook (.ipynb)',
  slides: 'Report as slides (HTML)',
  zip: 'Everything (.zip)',
  pdf: 'Report as PDF',
  docx: 'Report for Word (.docx)',
  odt: 'Report as OpenDocument (.odt)',
  epub: 'Report as a book (.epub)',
  latex: 'Report as LaTeX',
  markdown: 'Report as Markdown',
};
