/** The messages between the server's thread and the thread that moves SQLite's log into the database. */

/** The path of the database. */
export type CheckpointQuestion = string;

/** Why it failed; undefined: it did not. */
export type CheckpointAnswer = string | undefined;
