/** anywidget: widgets whose own script and styles are part of their state. Source: https://anywidget.dev/en/afm/ */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { isDrawing, placeOf } from './view.ts';
import type { WidgetHost } from './host.ts';

type Cleanup = (() => unknown) | undefined;

interface Script {
  readonly initialize?: (given: object) => Cleanup | void | Promise<Cleanup | void>;
  readonly render?: (given: object) => Cleanup | void | Promise<Cleanup | void>;
}

/** A script may never finish. */
const PATIENCE_MS = 10_000;

export class AnyModel extends DOMWidgetModel {
  #script: Promise<Script> | undefined;

  /** Its script, which is run once. */
  script(): Promise<Script> {
    this.#script ??= this.#load();
    return this.#script;
  }

  async #load(): Promise<Script> {
    addStyle(String(this.get('_css') ?? ''), String(this.get('_anywidget_id') ?? ''));
    const source = String(this.get('_esm') ?? '');
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const module = (await import(/* @vite-ignore */ address).finally(() => URL.revokeObjectURL(address))) as {
      readonly default?: Script | (() => Script | Promise<Script>);
      readonly render?: Script['render'];
    };
    const given = typeof module.default === 'function' ? await module.default() : module.default;
    // older ones export `render` alone
    const script = given ?? (module.render === undefined ? {} : { render: module.render });
    await script.initialize?.(givenTo(this, this));
    return script;
  }
}

/** Views of widgets that name an address load it, if the report may. */
function addStyle(css: string, id: string): void {
  if (
    css === '' ||
    [...document.querySelectorAll<HTMLElement>('[data-anywidget]')].some(({ dataset }) => dataset['anywidget'] === id)
  )
    return;
  const element = /^https?:\/\//.test(css)
    ? Object.assign(document.createElement('link'), { rel: 'stylesheet', href: css })
    : Object.assign(document.createElement('style'), { textContent: css });
  element.dataset['anywidget'] = id;
  document.head.append(element);
}

export function anyView({ onFailed, slowText }: WidgetHost): typeof DOMWidgetView {
  return class extends DOMWidgetView {
    #cleanup: Cleanup = undefined;

    override render(): void {
      super.render();
      const place = () => placeOf(this) ?? this.el;
      const timer = setTimeout(() => onFailed(place(), new Error(slowText)), PATIENCE_MS);
      isDrawing(
        this.#draw()
          .catch((error: unknown) => onFailed(place(), error))
          .finally(() => clearTimeout(timer)),
      );
    }

    async #draw(): Promise<void> {
      const { render } = await (this.model as AnyModel).script();
      const cleanup = await render?.({ ...givenTo(this.model as AnyModel, this), el: this.el });
      if (typeof cleanup === 'function') this.#cleanup = cleanup;
    }

    override remove(): this {
      void this.#cleanup?.();
      return super.remove() as unknown as this;
    }
  };
}

/** What a script is given; nothing that it sends arrives anywhere. */
function givenTo(model: AnyModel, context: unknown): object {
  const proxy = {
    get: model.get.bind(model),
    set: model.set.bind(model),
    save_changes: model.save_changes.bind(model),
    send: model.send.bind(model),
    on: (name: string, callback: () => void) => void model.on(name, callback, context),
    off: (name?: string | null, callback?: (() => void) | null) => void model.off(name, callback, context),
    widget_manager: model.widget_manager,
  };
  const noKernel = () => Promise.reject(new Error('a report has no kernel'));
  return { model: proxy, signal: new AbortController().signal, experimental: { invoke: noKernel } };
}
