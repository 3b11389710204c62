/** The outside programs that formats are written with. */
import { createBrowserFinder, type BrowserFinder } from './browser/browser-find.ts';
import { createTypstFinder, type FindTypst } from './typst/typst-find.ts';
import { createPandocFinder, type PandocFinder } from './pandoc/pandoc-find.ts';

export interface PdfSettings {
  /** See `PrintOptions`. */
  readonly header: string;
  readonly footer: string;
  readonly paper: 'A4' | 'Letter';
  /** The Content-Security-Policy of the printed document. */
  readonly policy: string;
}

export interface Tools {
  readonly browser: BrowserFinder;
  readonly pandoc: PandocFinder;
  readonly typst: FindTypst;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pdf: PdfSettings;
}

export interface ToolOptions extends Pick<Tools, 'environment' | 'pdf'> {
  /** Path or command; undefined: one that is on the machine. */
  readonly browser: string | undefined;
  /** Path of the Python that notebooks run on, as far as it is known: its packages may bring programs. */
  readonly python: () => string | undefined;
}

/** Programs are looked for each time: one that is installed meanwhile is used without a restart. */
export function createTools({ browser, python, environment, pdf }: ToolOptions): Tools {
  return {
    browser: createBrowserFinder(browser, environment['PATH']),
    pandoc: createPandocFinder({ environment, python }),
    typst: createTypstFinder({ environment, python }),
    environment,
    pdf,
  };
}
