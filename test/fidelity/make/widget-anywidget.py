# shows: anywidget: a counter with its own script and style
# %%
import anywidget
import traitlets


class Counter(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement('button');
      button.className = 'counter';
      button.textContent = `count is ${model.get('value')}`;
      button.addEventListener('click', () => { model.set('value', model.get('value') + 1); model.save_changes(); });
      model.on('change:value', () => { button.textContent = `count is ${model.get('value')}`; });
      el.append(button);
    } };
    """
    _css = ".counter { background: teal; color: white; padding: 8px 16px }"
    value = traitlets.Int(0).tag(sync=True)


Counter(value=42)
