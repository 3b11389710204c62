/** Something to render exceeds a bound of a renderer; the message is a sentence for the reader. */
export class BoundError extends Error {}
