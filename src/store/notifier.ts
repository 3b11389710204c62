/** Notifications inside one process: they carry no data, readers read the log. */
export interface Notifier {
  /** Calls the topic's listeners; a listener that throws does not affect others. */
  notify(topic: string): void;
  /** Returns a function that unsubscribes. */
  listen(topic: string, listener: () => void): () => void;
}

export interface LocalNotifier extends Notifier {
  /** Calls all listeners: something may have been missed. */
  notifyAll(): void;
}

export function createNotifier(): LocalNotifier {
  const topics = new Map<string, Set<() => void>>();
  return {
    notify(topic) {
      for (const listener of topics.get(topic) ?? []) queueMicrotask(listener);
    },
    notifyAll() {
      for (const listener of [...topics.values()].flatMap((listeners) => [...listeners])) queueMicrotask(listener);
    },
    listen(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners);
      const own = () => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
  };
}
