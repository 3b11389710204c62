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
  | { readonly type: 'code'; readonly shown: boolean }
  | { readonly type: 'print' };

export type FromFrame =
  | { readonly type: 'ready'; readonly seq: number }
  | { readonly type: 'height'; readonly px: number }
  | { readonly type: 'key'; readonly key: string }
  /** Something the policy blocked, for the one honest sentence. */
  | { readonly type: 'blocked'; readonly host: string };
