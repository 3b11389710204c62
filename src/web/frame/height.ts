/**
 * The height that the report requests from the page around it. The page makes the frame as high; content whose height
 * follows the frame's must not make it grow without end.
 */

/** After this many growths at the same ratio to the frame's, what the frame's own height causes no longer counts. */
const MAX_ECHOES = 3;
const SAME_RATIO = 0.02;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface HeightFilter {
  /** The height to request for content of `px` in a frame of this size. */
  request(px: number, frame: Size): number;
  /** The content was changed: the next growth is its own. */
  changed(): void;
}

export function createHeightFilter(): HeightFilter {
  let last: (Size & { readonly px: number }) | undefined;
  let requested = 0;
  let isChanged = false;
  let isSettled = false;
  let echoes = 0;
  let ratio = 0;
  let before = 0;

  /** Whether the content has grown often enough as the frame has, and by nothing else. */
  function isEndless(growth: number, frameGrowth: number): boolean {
    if (growth <= 0 || frameGrowth <= 0 || isChanged) return false;
    const isSame = echoes > 0 && Math.abs(growth / frameGrowth / ratio - 1) < SAME_RATIO;
    if (!isSame) before = requested;
    ratio = growth / frameGrowth;
    echoes = isSame ? echoes + 1 : 1;
    return echoes >= MAX_ECHOES;
  }

  return {
    request(px, frame) {
      const growth = px - (last?.px ?? 0);
      const frameGrowth = last?.width === frame.width ? frame.height - last.height : 0;
      if (isSettled) {
        if (frameGrowth === 0 || isChanged) requested = Math.max(0, requested + growth);
      } else {
        isSettled = isEndless(growth, frameGrowth);
        requested = isSettled ? before : px;
      }
      last = { ...frame, px };
      isChanged = false;
      return requested;
    },
    changed() {
      isChanged = true;
    },
  };
}
