/** The formats that a report can be had in: our own, and those that outside programs write. */
import type { DocumentWriter, MissingProgram } from '../domain/report/document-writer.ts';

export interface ExportFormat {
  /** As in `--to` and `?to=`. */
  readonly name: string;
  readonly label: string;
  /** Without the dot. */
  readonly extension: string;
  readonly mime: string;
}

export interface ExportState extends ExportFormat {
  /** Why it cannot be had on this machine. */
  readonly missing?: MissingProgram;
}

/** Need no outside program. */
export const OWN_FORMATS = {
  html: { name: 'html', label: 'Web page', extension: 'html', mime: 'text/html; charset=utf-8' },
  ipynb: { name: 'ipynb', label: 'Executed notebook', extension: 'ipynb', mime: 'application/x-ipynb+json' },
  slides: { name: 'slides', label: 'Slides', extension: 'slides.html', mime: 'text/html; charset=utf-8' },
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

export interface ExportMemory {
  /** The formats as they were last known, at once: pages do not wait for programs. Asks again in the background. */
  current(): readonly ExportState[];
}

const OLD_MS = 60_000;

export function createExportMemory(ctx: {
  readonly documents?: DocumentWriter;
  readonly now: () => number;
}): ExportMemory {
  let known: readonly ExportState[] = Object.values(OWN_FORMATS);
  let askedAtMs = -Infinity;
  return {
    current() {
      const nowMs = ctx.now();
      if (Math.abs(nowMs - askedAtMs) > OLD_MS) {
        askedAtMs = nowMs;
        void listExports(ctx).then((states) => {
          known = states;
        });
      }
      return known;
    },
  };
}
