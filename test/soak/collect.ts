/**
 * Loaded into the server under test: it clears its memory, and gives back what lies empty, when it is told to: what
 * remains is held.
 */
process.on('SIGUSR2', () => {
  void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
});
