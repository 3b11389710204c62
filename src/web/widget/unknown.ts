/** A widget of a package that reports cannot draw: a card that says so. */
import { DOMWidgetModel, DOMWidgetView, WidgetModel } from '@jupyter-widgets/base';
import type { WidgetHost } from './host.ts';

/** Has no view of its own. */
export class UnknownModel extends WidgetModel {}
export class UnknownDomModel extends DOMWidgetModel {}

/** Of a widget that was closed: nothing. */
export class GoneView extends DOMWidgetView {}

export function unknownView({ unknownText }: WidgetHost): typeof DOMWidgetView {
  return class extends DOMWidgetView {
    override render(): void {
      super.render();
      const text = (key: string) => String(this.model.get(key) ?? '');
      const name = text('_model_name').replace(/Model$/, '');
      const note = document.createElement('p');
      note.className = 'note';
      note.textContent = unknownText(text('_model_module'), text('_model_module_version'), name);
      this.el.append(note);
    }
  };
}
