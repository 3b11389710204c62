/** What pages say of the queue. */
export const QUEUE_LABELS = {
  queueLimit: 'Runs that may wait',
  userQueueLimit: 'Runs of one user that may wait',
  scriptAtOnce: 'Runs of one script at once',
  userAtOnce: 'Runs of one user at once',
};
