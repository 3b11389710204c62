# shows: JavaScript with element, with require, in HTML
# %%
from IPython.display import HTML, Javascript

Javascript("element.append(Object.assign(document.createElement('b'), { textContent: 'written by element.append' }))")
# %%
HTML("<div id='target-1'>not yet</div><script>document.getElementById('target-1').textContent = 'set by a script'</script>")
# %%
Javascript("const p = document.createElement('p'); p.textContent = 6 * 7; element.appendChild(p);")
# %%
Javascript("""
if (typeof require === 'undefined') { element.textContent = 'no require here' }
else { require.config({ paths: {} }); require([], () => { element.textContent = 'require called back' }) }
""")
