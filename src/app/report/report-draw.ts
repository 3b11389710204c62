/** Renders with a time limit, if there is one: all at once at first, and part by part if that takes too long. */
import type { Attempt, RenderOptions } from '../../render/options.ts';

/** Where a report finds what it needs, except the values of its outputs. */
export interface ReportRendering extends Omit<RenderOptions, 'blob' | 'attempt'> {
  /** Returns a new time limit for one rendering; absent: none. */
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
