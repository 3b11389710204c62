/** What a framed page of a link tells the page of another site around it: how high it would be without scrolling. */
export interface EmbedMessage {
  readonly type: 'script-runner-height';
  readonly px: number;
}
