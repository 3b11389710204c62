/** Finds a Chromium-family browser: the setting, else the names that they have on Linux, macOS and Windows. */
import type { MissingProgram } from '../../domain/report/document-writer.ts';
import { findCommand } from '../command-find.ts';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome-headless-shell',
  'microsoft-edge',
  'brave-browser',
];
/** Programs that are not on the path. */
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const NONE: MissingProgram = {
  why: 'The server has no browser that prints.',
  remedy:
    'Install Chromium, Chrome or Edge (apt-get install chromium), or name one with the setting browser; or install pandoc and typst for PDF without drawn charts.',
};
/** A browser that could not start is tried again after this time. */
const REST_MS = 600_000;

export interface BrowserFinder {
  /** Path; undefined if there is none, or the one that is there could not start a moment ago. */
  find(): Promise<string | undefined>;
  /** Undefined if there is one. */
  missing(): Promise<MissingProgram | undefined>;
  /** It could not start. `why`: for the operator. */
  refuse(why: string): void;
}

/** `chosen`: the setting, a path or a command. */
export function createBrowserFinder(chosen: string | undefined, path: string | undefined): BrowserFinder {
  let refused: { readonly why: string; readonly untilMs: number } | undefined;
  const refusal = () => (refused !== undefined && performance.now() < refused.untilMs ? refused.why : undefined);

  async function find(): Promise<string | undefined> {
    if (refusal() !== undefined) return undefined;
    return findCommand(chosen === undefined ? [...COMMANDS, ...PLACES] : [chosen], path);
  }

  return {
    find,
    async missing() {
      const why = refusal();
      if (why !== undefined) return { why: 'The browser of the server cannot start.', remedy: why };
      return (await find()) === undefined ? NONE : undefined;
    },
    refuse(why) {
      refused = { why, untilMs: performance.now() + REST_MS };
    },
  };
}
