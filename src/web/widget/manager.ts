/** Makes the models and views of widgets from their states: there is no kernel behind them. */
import * as base from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import * as controls from '@jupyter-widgets/controls';
import type { ShownModel, ShownModels } from '../../domain/report/report.ts';
import { AnyModel, anyView } from './any.ts';
import { FigureModel, figureView } from './figure.ts';
import type { WidgetHost } from './host.ts';
import { latexTypesetter } from './math.ts';
import { OutputModel, OutputView } from './output.ts';
import { MPLCanvasModel, MPLCanvasView, ToolbarModel, ToolbarView } from './picture.ts';
import { firstState, goneState, linkedBy, OWN_MODULE, stateOf } from './state.ts';
import { GoneView, UnknownDomModel, UnknownModel, unknownView } from './unknown.ts';

type Classes = Readonly<Record<string, unknown>>;
type Class = typeof base.WidgetModel | typeof base.WidgetView;

export class ReportManager extends ManagerBase {
  /** Of widgets that no view has shown yet; they have no models. */
  readonly #states = new Map<string, ShownModel>();
  readonly #modules: Readonly<Record<string, Classes>>;
  readonly #unknownView: typeof base.DOMWidgetView;
  readonly #linked = new Set<string>();
  readonly #links = new Set<string>();
  /** `controls` looks for it there. */
  readonly _rendermime = { latexTypesetter };

  constructor(host: WidgetHost) {
    super();
    this.#unknownView = unknownView(host);
    this.#modules = {
      '@jupyter-widgets/base': base as Classes,
      '@jupyter-widgets/controls': controls as Classes,
      '@jupyter-widgets/output': { OutputModel, OutputView },
      anywidget: { AnyModel, AnyView: anyView(host) },
      'jupyter-matplotlib': { MPLCanvasModel, MPLCanvasView, ToolbarModel, ToolbarView },
      [OWN_MODULE]: { FigureModel, FigureView: figureView(host), GoneModel: UnknownDomModel, GoneView },
    };
  }

  change(models: ShownModels): void {
    for (const [id, shown] of Object.entries(models)) {
      const ends = linkedBy(shown);
      if (ends.length > 0) this.#links.add(id);
      for (const end of ends) this.#linked.add(end);
    }
    for (const [id, shown] of Object.entries(models)) {
      if (this.has_model(id)) void this.#update(id, shown).catch((error: unknown) => console.error(error));
      else this.#states.set(id, merged(this.#states.get(id), shown));
    }
  }

  async #update(id: string, shown: ShownModel): Promise<void> {
    const model = await this.get_model(id);
    const { disabled: _disabled, ...state } = stateOf(shown);
    const { _deserialize_state: read } = model.constructor as typeof base.WidgetModel;
    model.set_state(await read.call(model.constructor as typeof base.WidgetModel, state as never, this));
  }

  /** Makes the model when it is first needed; for a widget that was closed, or never opened, one that shows nothing. */
  override async get_model(id: string): Promise<base.WidgetModel> {
    const shown = this.#states.get(id);
    if (this.has_model(id)) return super.get_model(id);
    this.#states.delete(id);
    const state = shown === undefined ? goneState() : firstState(shown, this.#linked.has(id));
    const text = (key: string) => String(state[key] ?? '');
    const options = {
      model_id: id,
      model_name: text('_model_name'),
      model_module: text('_model_module'),
      model_module_version: text('_model_module_version'),
    };
    return this.new_model(options, state as never);
  }

  /** Connects the widgets that are shown as the notebook has linked them. */
  async link(): Promise<void> {
    for (const id of this.#links) if (!this.has_model(id)) await this.get_model(id);
  }

  protected override loadClass(name: string, module: string): Promise<Class> {
    const found = this.#modules[module]?.[name];
    if (found !== undefined) return Promise.resolve(found as Class);
    if (/View$/.test(name)) return Promise.resolve(this.#unknownView);
    return Promise.resolve(
      name === 'LayoutModel' || this.#modules[module] !== undefined ? UnknownModel : UnknownDomModel,
    );
  }

  protected override _create_comm(): Promise<never> {
    return Promise.reject(new Error('a report has no kernel'));
  }

  protected override _get_comm_info(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}

function merged(before: ShownModel | undefined, { state, buffers = [] }: ShownModel): ShownModel {
  if (before === undefined) return { state, buffers };
  const changed = new Set<unknown>([...Object.keys(state), ...buffers.map(({ path }) => path[0])]);
  const kept = Object.entries(before.state).filter(([key]) => !changed.has(key));
  return {
    state: Object.fromEntries([...kept, ...Object.entries(state)]),
    buffers: [...(before.buffers ?? []).filter(({ path }) => !changed.has(path[0])), ...buffers],
  };
}
