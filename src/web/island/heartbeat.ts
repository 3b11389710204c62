/** Notices that a report no longer answers: one of its scripts may never end. */

const BEAT_MS = 10_000;
/** Heavy charts keep a report busy for seconds. */
const MAX_MISSED = 2;

export interface Heartbeat {
  /** The report has answered; the first call begins the watch. */
  heard(): void;
  stop(): void;
}

/** `ping` asks for an answer; `onSilence` is called once, when several have not come. */
export function createHeartbeat(ping: () => void, onSilence: () => void): Heartbeat {
  let timer: ReturnType<typeof setInterval> | undefined;
  let missed = 0;
  const stop = () => clearInterval(timer);
  const beat = () => {
    if (missed >= MAX_MISSED) {
      stop();
      return onSilence();
    }
    missed += 1;
    ping();
  };
  return {
    heard() {
      missed = 0;
      timer ??= setInterval(beat, BEAT_MS);
    },
    stop,
  };
}
