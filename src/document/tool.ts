/** The outside programs that formats are written with. */
import { findBrowser } from './browser/browser-find.ts';

export interface PdfSettings {
  /** See `PrintOptions`. */
  readonly header: string;
  readonly footer: string;
  readonly paper: 'A4' | 'Letter';
  /** The Content-Security-Policy of the printed document. */
  readonly policy: string;
}

export interface Tools {
  /** Path; undefined if there is none. */
  readonly browser: () => Promise<string | undefined>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pdf: PdfSettings;
}

export interface ToolOptions extends Pick<Tools, 'environment' | 'pdf'> {
  /** Path or command; undefined: one that is on the machine. */
  readonly browser: string | undefined;
}

/** Programs are looked for each time: one that is installed meanwhile is used without a restart. */
export function createTools({ browser, environment, pdf }: ToolOptions): Tools {
  return { browser: () => findBrowser(browser, environment['PATH']), environment, pdf };
}
