// shows: Deno: values, console, HTML, Markdown, SVG
// %%
console.log("printed", { a: [1, 2], b: new Map([["k", 1]]) });
// %%
[1, 2, 3].map((n) => n * n)
// %%
Deno.jupyter.html`<b>html</b> from Deno`
// %%
Deno.jupyter.md`**markdown** from Deno`
// %%
Deno.jupyter.svg`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="teal"/></svg>`
// %% tags=["raises-exception"]
throw new Error("ended by an error");
