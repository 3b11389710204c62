/** The formats that a report can be had in: our own, and those that outside programs write. */
import type { DocumentWriter } from '../domain/report/document-writer.ts';

export interface ExportFormat {
  /** As in `--to` and `?to=`. */
  readonly name: string;
  readonly label: string;
  /** Without the dot. */
  readonly extension: string;
  readonly mime: string;
}

export interface ExportState extends ExportFormat {
  /** Why it cannot be had on this machine, and what would change that. */
  readonly missing?: string;
}

/** Need no outside program. */
export const OWN_FORMATS = {
  html: { name: 'html', label: 'Web page', extension: 'html', mime: 'text/html; charset=utf-8' },
  ipynb: { name: 'ipynb', label: 'Executed notebook', extension: 'ipynb', mime: 'application/x-ipynb+json' },
  zip: { name: 'zip', label: 'Everything as zip', extension: 'zip', mime: 'application/zip' },
} as const satisfies Record<string, ExportFormat>;

export async function listExports({
  documents,
}: {
  readonly documents?: DocumentWriter;
}): Promise<readonly ExportState[]> {
  const written = (documents?.formats ?? []).map(async ({ name, label, extension, mime }) => {
    const missing = await documents?.missing(name);
    return { name, label, extension, mime, ...(missing === undefined ? {} : { missing }) };
  });
  return [...Object.values(OWN_FORMATS), ...(await Promise.all(written))];
}
