/** Errors without stacks, for texts that may have a mistake at each sign: most of what a mistake costs is its stack. */

/** What `read` returns or throws. It must be synchronous. */
export function withoutStacks<T>(read: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return read();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
