/** Reports in the look of a project. */
import type { ReportTheme } from '../../domain/script/script-theme.ts';
import type { ReportService } from './report-service.ts';

export interface ReportLook {
  /** CSS after the report's own. */
  readonly style: string;
  /** Of all reports whose notebook says nothing else. */
  readonly look?: ReportTheme;
}

/** `current` is called for each report. */
export function withLook(reports: ReportService, current: () => ReportLook): ReportService {
  return {
    ...reports,
    read: (actor, id, options) => reports.read(actor, id, { ...options, ...current() }),
    exportHtml: (actor, id, options) => reports.exportHtml(actor, id, { ...options, ...current() }),
  };
}
