/** Draws with a limit of time, where there is one: at first all at once, and part by part where that takes too long. */
import type { Attempt, RenderOptions } from '../render/options.ts';

/** Where a report finds what it needs, but for the values of its outputs. */
export interface ReportRendering extends Omit<RenderOptions, 'blob' | 'attempt'> {
  /** Answers a new limit for one drawing; absent: none. */
  readonly limit?: () => Attempt;
}

export function drawWithin<T, O extends ReportRendering>(
  { limit, ...options }: O,
  draw: (options: Omit<O, 'limit'> & Pick<RenderOptions, 'attempt'>) => T,
): T {
  const attempt = limit?.();
  if (attempt === undefined) return draw(options);
  return attempt(() => draw(options)) ?? draw({ ...options, attempt });
}
