/** In a downloaded report: puts libraries into the frames within the report that name them. */
import { unpacked } from './library.ts';

const SCRIPT = /<script( type="module")? src="#(library-[\w.-]+)"><\/script>/g;
const STYLE = /<link rel="stylesheet" href="#(library-[\w.-]+)">/g;

/** Frames in `root` that wait for their content. */
export async function fillFrames(root: ParentNode): Promise<void> {
  for (const frame of root.querySelectorAll<HTMLIFrameElement>('iframe[data-srcdoc]')) {
    const html = frame.dataset['srcdoc'] ?? '';
    delete frame.dataset['srcdoc'];
    const texts = new Map<string, string>();
    for (const [id = ''] of [...html.matchAll(SCRIPT), ...html.matchAll(STYLE)].map((match) => [match[2] ?? match[1]]))
      texts.set(id, await unpacked(id));
    frame.srcdoc = html
      .replace(
        SCRIPT,
        (_all, type: string | undefined, id: string) =>
          `<script${type ?? ''}>${(texts.get(id) ?? '').replace(/<(?=\/script|!--)/gi, '\\x3C')}</script>`,
      )
      .replace(STYLE, (_all, id: string) => `<style>${texts.get(id) ?? ''}</style>`);
  }
}
