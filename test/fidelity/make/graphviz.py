# shows: graphviz: SVG of dot
# %%
import graphviz

graph = graphviz.Digraph()
graph.edge("data", "report", label="renders")
graph.edge("report", "reader")
graph.node("reader", shape="box", style="filled", fillcolor="lightblue")
graph
