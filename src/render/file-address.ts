/** Where a report finds the files beside its script that it names: in itself, or at an address of the server. */
import { filePath, isNotebook } from '../domain/report/report-file.ts';
import type { Report, ReportFile } from '../domain/report/report.ts';
import type { FileAddresses } from './file.ts';
import type { RenderOptions } from './options.ts';

/** Of the files that one drawing holds, each as often as it is shown: beyond, their places stay empty. */
const MOST_CHARS = 48_000_000;

/** For one drawing of the report. */
export function fileAddresses(report: Report, options: RenderOptions): FileAddresses {
  let left = MOST_CHARS;
  const base64 = ({ file }: ReportFile): string | undefined => {
    const value = options.blob(file);
    if (typeof value !== 'string' || value.length > left) return undefined;
    left -= value.length;
    return value;
  };
  const inside = (kept: ReportFile): string | null => {
    const value = base64(kept);
    return value === undefined ? null : `data:${kept.mime};base64,${value}`;
  };

  return {
    shown(address) {
      const path = filePath(address);
      if (path === undefined) return undefined;
      const kept = report.files.get(path);
      return kept === undefined ? null : inside(kept);
    },
    styles(address) {
      const path = filePath(address);
      if (path === undefined) return undefined;
      const kept = report.files.get(path);
      const value = kept?.mime === 'text/css' ? base64(kept) : undefined;
      return value === undefined ? null : new TextDecoder().decode(bytesOf(value));
    },
    link(address) {
      const path = filePath(address);
      if (path === undefined) return undefined;
      const page = isNotebook(path) ? pageOf(report, path, options) : undefined;
      if (page !== undefined) return { href: page + (/#.*$/.exec(address)?.[0] ?? '') };
      const kept = report.files.get(path);
      if (kept === undefined) return report.script === undefined || isNotebook(path) ? undefined : null;
      const href = options.file?.(path) ?? inside(kept);
      return href === null ? null : { href, download: path.slice(path.lastIndexOf('/') + 1) };
    },
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** The page of another notebook of the same folder of scripts. */
function pageOf({ script }: Report, path: string, { scriptPage }: RenderOptions): string | undefined {
  if (script === undefined || scriptPage === undefined) return undefined;
  const folder = script.split('/').slice(0, -1);
  const names = path.split('/');
  while (names[0] === '..' && folder.pop() !== undefined) names.shift();
  if (names[0] === '..') return undefined;
  return scriptPage(
    [...folder, ...names]
      .join('/')
      .replace(/\.ipynb$/i, '')
      .normalize('NFC'),
  );
}
