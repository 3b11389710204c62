/** Shows the progress of a run: on a terminal in one line that is updated, elsewhere in plain lines. */
import { outcomeSentence } from '../domain/run/run-message.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import { stepsOf } from '../domain/run/run-project.ts';

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  show(event: RunEvent): void;
}

export function createProgress(screen: Screen): Progress {
  const live = screen.isTTY === true;
  let total = 0;
  let done = 0;
  const passing = (text: string) => {
    screen.write(live ? `\r\u001b[2K${text.slice(0, (screen.columns ?? 80) - 1)}` : `${text}\n`);
  };
  const lasting = (text: string) => {
    screen.write(live ? `\r\u001b[2K${text}\n` : `${text}\n`);
  };
  return {
    show(event) {
      switch (event.type) {
        case 'run-started':
          total = stepsOf(event);
          return passing('Starting …');
        case 'kernel-ready':
          return passing(`${event.environment}, ready after ${event.ms} ms`);
        case 'cell-started':
          return live ? passing(`Step ${Math.min(done + 1, total)} of ${total} …`) : undefined;
        case 'cell-finished': {
          if (event.injected === true) return undefined;
          done += 1;
          return live || event.status === 'skipped'
            ? undefined
            : passing(`Step ${done} of ${total}: ${event.status}, ${event.ms} ms`);
        }
        case 'progress':
          return passing(`${Math.round(event.fraction * 100)} % ${event.text}`);
        case 'notice':
          return lasting(event.text);
        case 'result-published':
          return lasting(
            `${event.name}: ${typeof event.value === 'string' ? event.value : JSON.stringify(event.value)}`,
          );
        case 'artifact-added':
          return lasting(`Download: ${event.artifact.name} (${event.artifact.sizeBytes} bytes)`);
        case 'artifact-removed':
          return lasting(`No longer a download: ${event.name}`);
        case 'run-finished':
          return lasting(outcomeSentence(event.outcome));
        default:
          return undefined;
      }
    },
  };
}
