/** The look of reports that the command line writes. */
import type { ReportLook } from '../app/report/report-look.ts';
import type { Config } from '../config/config.ts';
import { defined } from '../domain/defined.ts';
import { brandStyle } from '../domain/report/brand.ts';
import { readReportStyle } from '../page/report-style.ts';

export function readLook({ brand, project }: Config): () => ReportLook {
  const look = { style: brandStyle(brand) + readReportStyle(project.templates).css, ...defined({ look: brand.theme }) };
  return () => look;
}
