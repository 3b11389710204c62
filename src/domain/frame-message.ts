/**
 * What the run page and the sandboxed report frame say to each other over one MessagePort. The page hands the port over
 * with `window.postMessage(FRAME_HELLO, '*', [port])` once the frame has loaded; the frame takes the first one that comes
 * from its parent and ignores all later ones.
 */
import type { ReportPatch } from './report.ts';

export const FRAME_HELLO = 'script-runner-port';

export type ToFrame =
  | { readonly type: 'patches'; readonly patches: readonly ReportPatch[] }
  | { readonly type: 'theme'; readonly theme: 'light' | 'dark' }
  /** Over the whole width of the frame, instead of the report's column. */
  | { readonly type: 'wide'; readonly wide: boolean }
  | { readonly type: 'code'; readonly shown: boolean }
  /** Draws what is drawn only on the screen, then prints where the sandbox allows it. */
  | { readonly type: 'print' };

export type FromFrame =
  | { readonly type: 'ready'; readonly seq: number }
  | { readonly type: 'height'; readonly px: number }
  | { readonly type: 'key'; readonly key: string }
  /** Something the policy blocked, for the one honest sentence. */
  | { readonly type: 'blocked'; readonly host: string };
