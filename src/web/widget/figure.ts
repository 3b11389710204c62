/** plotly's FigureWidget, drawn with the report's own copy of plotly. */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { bufferToBase64 } from '@jupyter-widgets/base-manager';
import type { WidgetHost } from './host.ts';
import { isDrawing, placeOf } from './view.ts';

export class FigureModel extends DOMWidgetModel {}

export function figureView({ drawFigure, onFailed }: WidgetHost): typeof DOMWidgetView {
  return class extends DOMWidgetView {
    override render(): void {
      super.render();
      this.el.classList.add('widget-figure');
      const draw = () =>
        drawFigure(this.el, figureOf(this.model)).catch((error: unknown) => onFailed(placeOf(this) ?? this.el, error));
      this.listenTo(this.model, 'change:_widget_data change:_widget_layout', () => void draw());
      isDrawing(this.displayed.then(draw));
    }
  };
}

function figureOf(model: { get(key: string): unknown }): object {
  return {
    data: withArrays(model.get('_widget_data') ?? model.get('_data') ?? []),
    layout: withArrays(model.get('_widget_layout') ?? model.get('_layout') ?? {}),
    config: model.get('_config') ?? {},
    frames: [],
  };
}

const TYPES: Readonly<Record<string, string>> = {
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  float32: 'f4',
  float64: 'f8',
};

/** A copy, which plotly may change: arrays that came as bytes in the form that it reads. */
function withArrays(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withArrays);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const { dtype, buffer, shape, value: bytes = buffer } = value as Readonly<Record<string, unknown>>;
  const type = TYPES[String(dtype)];
  if (type !== undefined && bytes instanceof DataView)
    return {
      dtype: type,
      bdata: bufferToBase64(bytes.buffer as ArrayBuffer),
      ...(Array.isArray(shape) ? { shape: shape.join(', ') } : {}),
    };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withArrays(item)]));
}
