/** Loaded into the server under test: it clears its memory when it is told to, so that what remains is held. */
process.on('SIGUSR2', () => void globalThis.gc?.());
