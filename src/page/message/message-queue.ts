/** What pages say of the queue. */
const ahead = (count: number) =>
  count === 0 ? 'It is next.' : count === 1 ? 'One run is ahead of it.' : `${String(count)} runs are ahead of it.`;
const others = (count: number) => (count === 0 ? '' : ` ${ahead(count)}`);
const only = (limit: number) => (limit === 1 ? 'only one at a time' : `only ${String(limit)} at a time`);

export const QUEUE_LABELS = {
  queueLimit: 'Runs that may wait',
  userQueueLimit: 'Runs of one user that may wait',
  scriptAtOnce: 'Runs of one script at once',
  userAtOnce: 'Runs of one user at once',
  ahead,
  about: (span: string) => `It starts in about ${span}.`,
  heldBy: {
    script: (limit: number, count: number) =>
      `It waits for another run of this script: ${only(limit)}.${others(count)}`,
    user: (limit: number, count: number) =>
      `It waits for another run of the same user: ${only(limit)}.${others(count)}`,
  },
};
