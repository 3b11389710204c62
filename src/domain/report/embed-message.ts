/** What a framed page tells the page of another site around it: how high it would be without scrolling. */
export interface EmbedMessage {
  readonly type: 'script-runner-height';
  readonly px: number;
  /** Of the framed page. */
  readonly title: string;
}
