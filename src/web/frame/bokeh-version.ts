/** Panel and HoloViews ask BokehJS for the version that made a document; ours draws those of other minor versions. */

interface Bokeh {
  readonly version: string;
  versions?: unknown;
}

/** When BokehJS has been loaded. */
export function acceptMinorVersions(): void {
  const { Bokeh: own } = window as unknown as { Bokeh?: Bokeh };
  if (own === undefined) return;
  const [major = ''] = own.version.split('.');
  own.versions = {
    has: (version: unknown) => String(version).split('.')[0] === major,
    get: () => own,
    set: () => undefined,
  };
}
