import hashlib
import io
import random
import tracemalloc

import pytest
from PIL import Image

from melodee.cover_art import BrokenImage, ImageTooLarge, mime_of, placeholder, probe, resize
from melodee.errors import MelodeeError
from tests.audio import make_picture
from tests.damage import huge_png


def _saved(image: Image.Image, format_: str, **options: object) -> bytes:
    made = io.BytesIO()
    image.save(made, format_, **options)
    return made.getvalue()


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _near(colour: object, expected: tuple[int, ...], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, expected, strict=True))


@pytest.mark.parametrize(
    ("format_", "mime"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp"), ("BMP", "image/bmp")],
)
def test_an_image_is_probed_from_bytes_and_from_its_file(tmp_path, format_, mime):
    data = make_picture(300, 200, format=format_)
    path = tmp_path / "misnamed.jpg"
    path.write_bytes(data)

    assert probe(data) == probe(path) == (300, 200, mime, hashlib.sha256(data).digest())


def test_an_image_of_100_megapixels_is_too_large_and_costs_no_memory(tmp_path):
    data = huge_png()
    tracemalloc.start()
    with pytest.raises(ImageTooLarge, match="100 megapixels") as caught:
        probe(data)
    with pytest.raises(ImageTooLarge):
        resize(data, 300)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert caught.value.code == "image_too_large"
    assert peak < 5_000_000
    path = tmp_path / "huge.png"
    path.write_bytes(data)
    with pytest.raises(ImageTooLarge) as caught:
        probe(path)
    assert caught.value.path == str(path)


def test_an_image_just_below_the_bound_is_resized():
    assert max(_opened(resize(huge_png(7_000, 7_000), 200)).size) == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an image",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        make_picture(format="PNG")[:-40],
        b"GIF89a",
        b"II*\0" + b"\0" * 100,  # a TIFF is not decoded
        random.Random(1).randbytes(3000),
    ],
)
def test_what_is_no_image_is_broken(data):
    with pytest.raises(BrokenImage) as caught:
        probe(data)
    assert caught.value.code == "broken_image"
    with pytest.raises(BrokenImage):
        resize(data, 100)


def test_a_cut_jpeg_is_broken_when_it_is_decoded():
    whole = _saved(Image.effect_noise((800, 800), 90).convert("RGB"), "JPEG")

    with pytest.raises(BrokenImage, match="truncated"):
        resize(whole[: len(whole) // 2], 100)


def test_a_file_that_is_gone_is_broken_with_its_path(tmp_path):
    with pytest.raises(BrokenImage) as caught:
        probe(tmp_path / "gone.jpg")

    assert caught.value.path == str(tmp_path / "gone.jpg")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_broken_bytes_anywhere_are_an_image_or_an_items_failure_and_never_anything_else(format_):
    whole = _saved(Image.effect_noise((90, 60), 60).convert("P" if format_ == "GIF" else "RGB"), format_)
    chance = random.Random(format_)
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 10))):
            data[chance.randrange(min(len(data), chance.choice((40, len(data)))))] = chance.randrange(256)
        for work in (probe, lambda broken: resize(broken, 30)):
            try:
                work(bytes(data))
            except MelodeeError as error:
                assert error.code in ("broken_image", "image_too_large")


@pytest.mark.parametrize(
    ("width", "height", "size"), [(800, 600, 300), (600, 800, 300), (1000, 10, 50), (500, 500, 500)]
)
def test_the_longer_edge_becomes_the_size_and_the_shape_stays(width, height, size):
    image = _opened(resize(make_picture(width, height), size))

    assert max(image.size) == size
    assert min(image.size) == max(1, round(min(width, height) * size / max(width, height)))


def test_nothing_is_enlarged():
    small = make_picture(100, 80)

    assert resize(small, 300) == small
    assert _opened(resize(small, 300, mime="image/webp")).size == (100, 80)


def test_colours_stay():
    for format_ in ("JPEG", "PNG", "WEBP", "BMP", "GIF"):
        made = _opened(resize(make_picture(300, 300, colour=(200, 80, 40), format=format_), 100)).convert("RGB")
        assert _near(made.getpixel((50, 50)), (200, 80, 40))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(orientation):
    """The red edge is the upper one in the upright picture."""
    upright = Image.new("RGB", (60, 40), "blue")
    upright.paste((255, 0, 0), (0, 0, 60, 10))
    methods = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(methods[orientation]) if orientation in methods else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    for size in (30, 1000):
        made = _opened(resize(_saved(stored, "JPEG", exif=exif, quality=95), size))
        assert made.width > made.height
        assert _near(made.getpixel((made.width // 2, 1)), (255, 0, 0), 60)
        assert made.getexif().get(0x0112, 1) == 1


def test_cmyk_becomes_a_jpeg_that_browsers_show():
    made = resize(_saved(Image.new("CMYK", (300, 300), (0, 255, 255, 0)), "JPEG"), 300)

    assert mime_of(made) == "image/jpeg"
    assert _opened(made).mode == "RGB"
    assert _near(_opened(made).getpixel((9, 9)), (255, 0, 0), 30)


def test_transparency_stays_in_png_and_turns_white_in_jpeg():
    clear = _saved(Image.new("RGBA", (300, 300), (255, 0, 0, 0)), "PNG")

    png, jpeg, webp = resize(clear, 100), resize(clear, 100, mime="image/jpeg"), resize(clear, 100, mime="image/webp")

    assert [mime_of(made) for made in (png, jpeg, webp)] == ["image/png", "image/jpeg", "image/webp"]
    assert _opened(png).getpixel((5, 5))[3] == 0
    assert _near(_opened(jpeg).getpixel((5, 5)), (255, 255, 255))


def test_an_alpha_channel_that_hides_nothing_is_dropped():
    assert mime_of(resize(_saved(Image.new("RGBA", (300, 300), (9, 9, 9, 255)), "PNG"), 100)) == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_mode_of_png_is_scaled(mode):
    colours = {
        "I;16": 32768,
        "1": 1,
        "L": 128,
        "LA": (128, 255),
        "P": 3,
        "RGB": (128, 128, 128),
        "RGBA": (128, 128, 128, 255),
    }
    made = _opened(resize(_saved(Image.new(mode, (300, 200), colours[mode]), "PNG"), 100))

    assert made.size == (100, 67)
    assert mode in ("1", "P") or _near(made.convert("RGB").getpixel((9, 9)), (128, 128, 128))


def test_a_palette_with_a_transparent_colour_is_scaled_smoothly():
    image = Image.new("P", (200, 200), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (0, 0, 100, 200))
    made = _opened(resize(_saved(image, "GIF", transparency=1), 50))

    assert mime_of(resize(_saved(image, "GIF", transparency=1), 50)) == "image/png"
    assert made.getpixel((45, 25))[:3] == (255, 0, 0)
    assert made.getpixel((5, 25))[3] == 0


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(format_):
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    made = _opened(resize(_saved(frames[0], format_, save_all=True, append_images=frames[1:], duration=100), 50))

    assert getattr(made, "n_frames", 1) == 1
    assert _near(made.convert("RGB").getpixel((20, 20)), (255, 0, 0), 12)


def test_a_size_out_of_range_is_brought_into_it():
    assert _opened(resize(make_picture(), 0)).size == (1, 1)
    assert _opened(resize(make_picture(), 10**9)).size == (400, 400)


@pytest.mark.parametrize("kind", ["album", "artist", "playlist"])
@pytest.mark.parametrize("size", [64, 300, 1200])
def test_placeholders_are_small_square_and_always_the_same(kind, size):
    made = placeholder(kind, size)
    placeholder.cache_clear()

    assert _opened(made).size == (size, size)
    assert mime_of(made) == "image/png"
    assert len(made) < 60_000
    assert placeholder(kind, size) == made


def test_placeholders_differ_by_kind():
    assert len({placeholder(kind, 100) for kind in ("album", "artist", "playlist")}) == 3
