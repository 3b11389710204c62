/** The part of the Config that says how documents such as PDF are written. */
import { resolve } from 'node:path';
import { durationMs } from './domain/text/duration.ts';
import { sizeBytes } from './domain/text/size.ts';
import type { Settings } from './setting.ts';

export interface ExportSettings {
  /** Path or command; undefined: one that is on the machine. */
  readonly browser: string | undefined;
  readonly header: string;
  readonly footer: string;
  readonly paper: 'A4' | 'Letter';
  readonly timeMs: number;
  readonly memoryBytes: number;
}

export function exportSettings(settings: Settings, folder: string): ExportSettings {
  const { browser } = settings;
  return {
    browser: browser === '' ? undefined : programPath(browser, folder),
    header: settings.pdf_header,
    footer: settings.pdf_footer,
    paper: settings.pdf_paper as ExportSettings['paper'],
    timeMs: durationMs(settings.export_time),
    memoryBytes: sizeBytes(settings.export_memory),
  };
}

/** A path in the project, or a command as it is. */
export function programPath(text: string, folder: string): string {
  return /[/\\]/.test(text) ? resolve(folder, text) : text;
}
