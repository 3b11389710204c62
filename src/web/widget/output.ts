/**
 * The Output widget: what it contains is in the report already, drawn as outputs are; it is moved into its place among
 * other widgets.
 */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { placeOf } from './view.ts';

export class OutputModel extends DOMWidgetModel {}

export class OutputView extends DOMWidgetView {
  #contents: Element | undefined;
  #home: Element | undefined;

  override render(): void {
    super.render();
    this.el.classList.add('widget-output');
    this.#home = placeOf(this)?.parentElement ?? undefined;
    const contents = [...(this.#home?.querySelectorAll(':scope > .widget-outputs') ?? [])];
    this.#contents = contents.find((each) => (each as HTMLElement).dataset['widget'] === this.model.model_id);
    if (this.#contents !== undefined) this.el.append(this.#contents);
  }

  /** Another view may show it later. */
  override remove(): this {
    if (this.#contents !== undefined && this.#contents.parentElement === this.el) this.#home?.append(this.#contents);
    return super.remove() as unknown as this;
  }
}
