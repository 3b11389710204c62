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

export const NO_BROWSER: MissingProgram = {
  why: 'The server has no browser that prints.',
  remedy:
    'Install Chromium, Chrome or Edge (apt-get install chromium), or name one with the setting browser; or install pandoc and typst for PDF without drawn charts.',
};

/** `chosen`: the setting, a path or a command. */
export function findBrowser(chosen: string | undefined, path: string | undefined): Promise<string | undefined> {
  return findCommand(chosen === undefined ? [...COMMANDS, ...PLACES] : [chosen], path);
}
