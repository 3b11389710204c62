/** Matplotlib's interactive figure (ipympl): its last picture. */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { pictureAddress } from '../../domain/report/widget-model.ts';

export class MPLCanvasModel extends DOMWidgetModel {}

/** Its buttons have no effect without a kernel, and are not drawn. */
export class ToolbarModel extends DOMWidgetModel {}
export class ToolbarView extends DOMWidgetView {}

export class MPLCanvasView extends DOMWidgetView {
  readonly #picture = document.createElement('img');

  override render(): void {
    super.render();
    this.el.classList.add('widget-canvas');
    this.el.append(this.#picture);
    this.listenTo(this.model, 'change:_data_url change:_figure_label', () => this.#draw());
    this.#draw();
  }

  #draw(): void {
    const address = pictureAddress(this.model.get('_data_url'));
    this.#picture.hidden = address === undefined;
    if (address !== undefined) this.#picture.src = address;
    this.#picture.alt = String(this.model.get('_figure_label') ?? '');
  }
}
