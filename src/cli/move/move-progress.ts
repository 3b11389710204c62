/** Shows how far a move is: on a terminal in one line that is updated, elsewhere a line for each part. */
import { durationWords } from '../../domain/run/run-message.ts';
import { sizeWords } from '../../domain/text/size.ts';
import type { MoveStep } from '../../store/move/move.ts';

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Less often than a terminal can show it. */
const SHOW_MS = 100;
/** Where no line can be updated. */
const PLAIN_MS = 30_000;
/** Before, the speed is unknown. */
const GUESS_MS = 2_000;

interface Begun {
  readonly what: string;
  readonly atMs: number;
  readonly share: number;
}

export function createMoveProgress(screen: Screen, nowMs: () => number = () => performance.now()) {
  let begun: Begun | undefined;
  let shownMs = -Infinity;
  return {
    show(step: MoveStep): void {
      const share = shareOf(step);
      const isNew = begun?.what !== step.what;
      if (begun === undefined || isNew) begun = { what: step.what, atMs: nowMs(), share };
      const isLast = step.done === step.total;
      const isPlain = screen.isTTY !== true;
      if (!isNew && (isPlain || !isLast) && nowMs() - shownMs < (isPlain ? PLAIN_MS : SHOW_MS)) return;
      shownMs = nowMs();
      const text = words(step) + timeLeft(begun, share, nowMs());
      if (isPlain) return void screen.write(`${text}\n`);
      screen.write(`\r\u001b[2K${text.slice(0, (screen.columns ?? 80) - 1)}`);
    },
    end(): void {
      if (begun !== undefined && screen.isTTY === true) screen.write('\r\u001b[2K');
    },
  };
}

function words({ what, done, total, bytes, totalBytes }: MoveStep): string {
  const [first = '', ...rest] = what;
  const size = bytes === undefined ? '' : ` (${sizeWords(bytes)} of ${sizeWords(totalBytes ?? 0)})`;
  return `${first.toUpperCase()}${rest.join('')}: ${done} of ${total}${size}`;
}

/** Of the part that is under way. */
function shareOf({ done, total, bytes, totalBytes = 0 }: MoveStep): number {
  if (bytes !== undefined && totalBytes > 0) return bytes / totalBytes;
  return total === 0 ? 1 : done / total;
}

function timeLeft(begun: Begun, share: number, nowMs: number): string {
  const passedMs = nowMs - begun.atMs;
  if (passedMs < GUESS_MS || share <= begun.share || share >= 1) return '';
  return `, about ${durationWords((passedMs / (share - begun.share)) * (1 - share))} left`;
}
