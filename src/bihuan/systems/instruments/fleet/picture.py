"""What the pinhole camera sees: a drawn figure at a bench, never twice the same, nobody's face."""

from datetime import datetime
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from bihuan.systems.instruments.fleet.chance import chance

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Brush

WIDTH, HEIGHT = 640, 480


def photograph(seed: int, code: str, at: datetime) -> bytes:
    """A JPEG of 20–60 KB that depends on nothing but the arguments."""
    from PIL import Image, ImageDraw, ImageFilter  # a second of start-up that load runs do not need

    dice = chance("picture", seed, code, at.isoformat())
    wall = dice.randint(95, 140)
    scene = Image.new("RGB", (WIDTH, HEIGHT), (wall, wall + 4, wall + 10))
    brush = ImageDraw.Draw(scene)
    _shelves(brush, dice)
    _figure(brush, dice)
    brush.rectangle((0, 385, WIDTH, HEIGHT), fill=(70, 72, 78))
    _instrument(brush, dice)
    scene = scene.filter(ImageFilter.GaussianBlur(2.2))
    noise = Image.frombytes("L", (WIDTH, HEIGHT), dice.randbytes(WIDTH * HEIGHT)).convert("RGB")
    scene = Image.blend(scene, noise, 0.09)
    ImageDraw.Draw(scene).text((12, HEIGHT - 20), f"{code}  {at:%Y-%m-%d %H:%M:%S}", fill=(235, 235, 235))
    out = BytesIO()
    scene.save(out, "JPEG", quality=62)
    return out.getvalue()


def _shelves(brush: "Brush", dice: Random) -> None:
    for row in range(3):
        y = 70 + row * 90
        brush.rectangle((0, y, WIDTH, y + 6), fill=(150, 146, 138))
        x = dice.randint(0, 30)
        while x < WIDTH:
            width, height = dice.randint(12, 34), dice.randint(20, 62)
            tint = dice.choice(((176, 186, 196), (120, 142, 160), (188, 170, 140), (140, 160, 138)))
            brush.rectangle((x, y - height, x + width, y), fill=tint)
            x += width + dice.randint(4, 40)


def _figure(brush: "Brush", dice: Random) -> None:
    x, top = dice.randint(190, 430), dice.randint(90, 140)
    coat = dice.choice(((206, 210, 214), (190, 196, 204), (84, 104, 128)))
    hair = dice.choice(((34, 30, 30), (52, 42, 36), (28, 28, 32)))
    lean = dice.randint(-26, 26)
    brush.polygon(
        [(x - 96, 400), (x - 66 + lean, top + 118), (x + 66 + lean, top + 118), (x + 96, 400)], fill=coat
    )
    brush.ellipse((x - 46 + lean, top, x + 46 + lean, top + 118), fill=(112, 92, 82))
    brush.pieslice((x - 52 + lean, top - 12, x + 52 + lean, top + 96), 180, 360, fill=hair)
    reach = dice.choice((-1, 1)) * dice.randint(110, 180)
    brush.line((x + lean, top + 200, x + reach, 392), fill=coat, width=34)


def _instrument(brush: "Brush", dice: Random) -> None:
    x = dice.choice((30, 400))
    brush.rounded_rectangle((x, 290, x + 210, 420), 14, fill=(214, 218, 222))
    brush.rectangle((x + 22, 310, x + 104, 362), fill=(28, 44, 66))
    lamp = dice.choice(((212, 72, 60), (222, 150, 40)))
    brush.ellipse((x + 150, 318, x + 172, 340), fill=lamp)
