/** Says in their place that a recording cannot be played, or that a picture of an output cannot be shown. */
import { WORDS } from '../../render/report-text.ts';
import { noteIn } from './failure.ts';

/** Those in the outputs in `root`. Pictures of other servers are told elsewhere. */
export function watchMedia(root: ParentNode): void {
  for (const media of root.querySelectorAll<HTMLMediaElement>('audio, video')) {
    const fail = () => noteIn(media, WORDS.notPlayed);
    if (media.error !== null || media.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) fail();
    else {
      media.addEventListener('error', fail, { once: true });
      media.querySelector('source:last-of-type')?.addEventListener('error', fail, { once: true });
    }
  }
  for (const image of root.querySelectorAll<HTMLImageElement>('.output img[src^="data:"]')) {
    const fail = () => {
      image.hidden = true;
      // the server may have said what is wrong with it
      if (image.nextElementSibling?.matches('.note') !== true) noteIn(image, WORDS.imageNotShown);
    };
    image.addEventListener('error', fail, { once: true });
    // only these are decoded: a drawing without a size of its own has none here
    if (image.complete && image.naturalWidth === 0) image.decode().catch(fail);
  }
}
