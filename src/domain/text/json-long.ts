/** A long JSON value as its text: building it in memory would hold up the thread that answers everybody. */
export class LongJson {
  /** Well-formed JSON; an object or an array. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
