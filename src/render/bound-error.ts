/** What is to be drawn has more of something than a renderer takes; the message is a sentence for the reader. */
export class BoundError extends Error {}
