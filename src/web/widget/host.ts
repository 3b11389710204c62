/** What the report's frame and the library that draws Jupyter widgets know of each other. */
import type { ShownModels } from '../../domain/report/report.ts';

export interface WidgetHost {
  /** The sentence for a widget of a package that reports cannot draw. */
  readonly unknownText: (module: string, version: string, name: string) => string;
  /** The sentence for a widget whose own script does not finish. */
  readonly slowText: string;
  /** Draws a figure of plotly into the element, or anew; `figure`: `data`, `layout`, `config`. */
  readonly drawFigure: (element: HTMLElement, figure: object) => Promise<void>;
  /** A widget in this element could not be drawn. */
  readonly onFailed: (inside: Element, error: unknown) => void;
}

export interface ReportWidgets {
  /** Takes new states, or new values of states. */
  change(models: ShownModels): void;
  /** Draws a view into an element of the document. Rejects if that fails. */
  show(widget: string, place: HTMLElement): Promise<void>;
  /** Settles when the parts that draw themselves, such as figures, have done so. */
  drawn(): Promise<void>;
}

/** The variable of the window that the library sets. */
export interface WidgetLibrary {
  readonly create: (host: WidgetHost) => ReportWidgets;
}
