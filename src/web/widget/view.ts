/** Views of widgets in the report. */
import type { DOMWidgetView } from '@jupyter-widgets/base';
import { Widget } from '@lumino/widgets';

export type View = DOMWidgetView;

/** Puts the view into an element of the document. */
export function attach(view: View, place: HTMLElement): void {
  Widget.attach(view.luminoWidget, place);
}

/** Ends a view whose element is no longer in the document: Lumino itself detaches only what is in one. */
export function leave(view: View): void {
  const { luminoWidget } = view;
  if (luminoWidget.isAttached) luminoWidget.processMessage(Widget.Msg.AfterDetach);
  view.remove();
}

const drawing = new Set<Promise<unknown>>();

/** Views that draw themselves later say so; a failure is theirs to tell. */
export function isDrawing(promise: Promise<unknown>): void {
  drawing.add(promise);
  const end = () => drawing.delete(promise);
  promise.then(end, end);
}

/** Settles when nothing is being drawn. */
export async function allDrawn(): Promise<void> {
  while (drawing.size > 0) await Promise.allSettled(drawing);
}

/** The element that shows the whole of which this is a part. */
export function placeOf(view: View): HTMLElement | undefined {
  let options = view.options as { readonly parent?: View; readonly place?: HTMLElement };
  while (options.place === undefined && options.parent !== undefined)
    options = options.parent.options as typeof options;
  return options.place;
}
