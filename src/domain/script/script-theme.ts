/** The looks that reports can have whatever the reader's pages look like. `print`: as on paper. */
export type ReportTheme = 'light' | 'dark' | 'print';
export const REPORT_THEMES: readonly ReportTheme[] = ['light', 'dark', 'print'];
