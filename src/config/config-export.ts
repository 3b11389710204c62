/** The part of the Config that says how documents such as PDF are written. */
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { durationMs } from '../domain/text/duration.ts';
import { sizeBytes } from '../domain/text/size.ts';
import type { Settings } from './setting.ts';

const MOST_USUAL_BYTES = 2_000_000_000;

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
    memoryBytes: settings.export_memory === '' ? usualMemory() : sizeBytes(settings.export_memory),
  };
}

function usualMemory(): number {
  return Math.min(MOST_USUAL_BYTES, Math.floor(machineBytes() / 4));
}

/** Of the machine, or of the container. */
export function machineBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}

/** A path in the project, or a command as it is. */
export function programPath(text: string, folder: string): string {
  return /[/\\]/.test(text) ? resolve(folder, text) : text;
}
