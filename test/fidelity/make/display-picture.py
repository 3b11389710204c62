# shows: PNG, JPEG, WebP, AVIF; widths and heights from metadata; PIL pictures as results
# %%
import io

import numpy as np
from IPython.display import Image, display
from PIL import Image as Picture

x, y = np.meshgrid(np.arange(160), np.arange(80))
picture = Picture.fromarray(np.stack([x, y * 2, 200 - x], axis=-1).astype("uint8"))


def encoded(form):
    data = io.BytesIO()
    picture.save(data, form)
    return data.getvalue()


display(Image(encoded("PNG")), Image(encoded("JPEG"), format="jpeg"))
# %%
display({"image/webp": encoded("WEBP"), "text/plain": "webp"}, raw=True)
display({"image/avif": encoded("AVIF"), "text/plain": "avif"}, raw=True)
# %%
Image(encoded("PNG"), width=320, height=60)
# %%
picture
