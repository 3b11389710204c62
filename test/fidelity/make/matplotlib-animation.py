# shows: matplotlib animations: to_html5_video and to_jshtml
# %%
import imageio_ffmpeg
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib.animation import FuncAnimation

matplotlib.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
figure, axes = plt.subplots(figsize=(3, 2))
(line,) = axes.plot([], [])
axes.set(xlim=(0, 6), ylim=(-1, 1))
x = np.linspace(0, 6, 50)
animation = FuncAnimation(figure, lambda n: line.set_data(x, np.sin(x + n)), frames=4, interval=300)
plt.close(figure)
# %%
HTML(animation.to_html5_video())
# %%
HTML(animation.to_jshtml())
