# shows: Audio, video as data, an animated GIF
# %%
import numpy as np
from IPython.display import Audio, Video, display

rate = 8000
Audio(np.sin(2 * np.pi * 440 * np.arange(rate // 4) / rate), rate=rate)
# %%
import os
import subprocess
import tempfile

import imageio_ffmpeg

folder = tempfile.mkdtemp()
path = os.path.join(folder, "clip.webm")
subprocess.run(
    [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=5",
     "-c:v", "libvpx", path], check=True)
Video(path, embed=True, mimetype="video/webm")
# %%
import io

from IPython.display import Image
from PIL import Image as Picture
from PIL import ImageDraw

frames = []
for n in range(4):
    frame = Picture.new("RGB", (120, 60), (250, 240, 200))
    ImageDraw.Draw(frame).rectangle([n * 30, 10, n * 30 + 25, 50], fill=(200, 60, 60))
    frames.append(frame)
data = io.BytesIO()
frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=300)
Image(data.getvalue(), format="gif")
