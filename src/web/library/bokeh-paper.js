/** Bokeh's toolbars are for pointers: they are not printed. */
(() => {
  const { prototype } = globalThis.Bokeh.Models.get('Toolbar').prototype.default_view;
  const { stylesheets } = prototype;
  prototype.stylesheets = function () {
    return [...stylesheets.call(this), '@media print { :host { visibility: hidden !important; } }'];
  };
})();
