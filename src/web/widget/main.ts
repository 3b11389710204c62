/** The library that draws Jupyter widgets: a module of its own, which reports with widgets load. */
import type { ShownModels } from '../../domain/report/report.ts';
import type { ReportWidgets, WidgetHost, WidgetLibrary } from './host.ts';
import { keepNamed } from './label.ts';
import { ReportManager } from './manager.ts';
import { allDrawn, attach, leave, type View } from './view.ts';
import style from './style.css?inline';

function create(host: WidgetHost): ReportWidgets {
  document.head.append(Object.assign(document.createElement('style'), { textContent: style }));
  const manager = new ReportManager(host);
  const shown = new Map<HTMLElement, View>();

  /** Views that are no longer in the report would otherwise be changed for ever. */
  function leaveRemoved(): void {
    for (const [place, view] of shown) {
      if (place.isConnected) continue;
      shown.delete(place);
      leave(view);
    }
  }

  return {
    change(models: ShownModels) {
      leaveRemoved();
      manager.change(models);
    },
    async show(widget, place) {
      const model = await manager.get_model(widget);
      const view = await manager.create_view(model, { place });
      if (!place.isConnected) return;
      shown.set(place, view);
      attach(view, place);
      await manager.link();
      keepNamed(place);
    },
    drawn: allDrawn,
  };
}

Object.assign(window, { reportWidgets: { create } satisfies WidgetLibrary });
