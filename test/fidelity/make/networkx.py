# shows: networkx drawn by matplotlib
# %%
import networkx as nx

graph = nx.karate_club_graph()
nx.draw(graph, pos=nx.spring_layout(graph, seed=1), with_labels=True, node_color="orange")
