/** The state of a widget as its model takes it. */
import { put_buffers } from '@jupyter-widgets/base';
import { base64ToBuffer } from '@jupyter-widgets/base-manager';
import type { ShownModel } from '../../domain/report/report.ts';
import { isFigureState } from '../../domain/report/widget-model.ts';

/** Our own models and views, as if they were of a package. */
export const OWN_MODULE = 'report';

type State = Record<string, unknown>;

/** Binary values are put in their places. */
export function stateOf({ state, buffers = [] }: ShownModel): State {
  const whole = structuredClone(state) as State;
  const paths = buffers.map(({ path }) => [...path]);
  const views = buffers.map(({ data }) => new DataView(base64ToBuffer(data)));
  put_buffers(whole as never, paths, views);
  return whole;
}

/** The state with which a model begins, also from the versions before ipywidgets 8. */
export function firstState(shown: ShownModel, isUsable: boolean): State {
  const state = stateOf(shown);
  const titles = state['_titles'];
  if (typeof titles === 'object' && titles !== null) {
    const children = Array.isArray(state['children']) ? state['children'] : [];
    state['titles'] ??= children.map((_, at) => String((titles as State)[at] ?? ''));
  }
  if (state['description_tooltip'] != null) state['tooltip'] ??= state['description_tooltip'];
  if (isFigureState(shown.state)) Object.assign(state, own('Figure'));
  return 'disabled' in state && !isUsable ? { ...state, disabled: true } : state;
}

export function goneState(): State {
  return own('Gone');
}

function own(name: string): State {
  return {
    _model_name: `${name}Model`,
    _model_module: OWN_MODULE,
    _view_name: `${name}View`,
    _view_module: OWN_MODULE,
  };
}

/** The widgets that a link keeps equal. */
export function linkedBy({ state }: ShownModel): readonly string[] {
  if (!/^(?:Directional)?LinkModel$/.test(String(state['_model_name']))) return [];
  return [state['source'], state['target']].flatMap((end) => {
    const reference = Array.isArray(end) ? String(end[0]) : '';
    return reference.startsWith('IPY_MODEL_') ? [reference.slice('IPY_MODEL_'.length)] : [];
  });
}
