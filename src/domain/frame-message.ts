/**
 * What the run page and the sandboxed report frame say to each other over one MessagePort. The page hands the port over
 * with `window.postMessage(FRAME_HELLO, '*', [port])` once the frame has loaded; the frame takes the first one that
 * comes
 * from its parent and ignores all later ones.
 */
import type { ReportPatch } from './report.ts';

export const FRAME_HELLO = 'script-runner-port';

export type ToFrame =
  | { readonly type: 'patches'; readonly patches: readonly ReportPatch[] }
  | { readonly type: 'theme'; readonly theme: 'light' | 'dark' }
  /** Over the whole width of the frame, instead of the report's column. */
  | { readonly type: 'wide'; readonly wide: boolean }
  /** Asks for a layout in sheets of paper, with so much room left free above the first; answered by `sheets`. */
  | { readonly type: 'print'; readonly headPx: number }
  /** The print is over. */
  | { readonly type: 'printed' };

export type FromFrame =
  | { readonly type: 'ready'; readonly seq: number }
  | { readonly type: 'height'; readonly px: number }
  /** Keys that mean something to the page around, wherever the focus is. */
  | { readonly type: 'key'; readonly key: 'run' | 'print' }
  /** It is laid out for the printer, and takes so many sheets. */
  | { readonly type: 'sheets'; readonly count: number }
  /** Something the policy blocked, for the one honest sentence. */
  | { readonly type: 'blocked'; readonly host: string };
