"""RIFF: every encoding decodes as by the reference implementation, and any header that programs write is understood."""

import io
import struct
import sys

import numpy as np
import pytest

from suite.tasks.datasets.riff import CodecError, decode, decode_any

RNG = np.random.default_rng(1)
NOISE = np.clip(RNG.normal(size=(301, 2)) / 4, -1, 1)
WHOLE = np.round(NOISE[:50] * 32_767).astype("<i2")


def chunk(name: bytes, content: bytes, size: int | None = None, padding: bytes = b"\0") -> bytes:
    return name + struct.pack("<I", len(content) if size is None else size) + content + padding[: len(content) % 2]


def form(codec: int, channels: int, bits: int, block: int | None = None, more: bytes = b"") -> bytes:
    block = channels * bits // 8 if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", codec, channels, 44_100, 44_100 * block, block, bits) + more)


def extensible(codec: int, channels: int, bits: int, valid: int) -> bytes:
    identifier = struct.pack("<I", codec) + bytes.fromhex("00001000800000aa00389b71")
    return form(0xFFFE, channels, bits, more=struct.pack("<HHI", 22, valid, 3) + identifier)


def riff(*chunks: bytes, size: int = 0) -> bytes:
    return b"RIFF" + struct.pack("<I", size) + b"WAVE" + b"".join(chunks)


STEREO = form(1, 2, 16)


class TestEncodings:
    @pytest.mark.parametrize(
        ("container", "order"), [("WAV", "LITTLE"), ("WAV", "BIG"), ("WAVEX", "LITTLE"), ("RF64", "LITTLE")]
    )
    @pytest.mark.parametrize("codec", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"])
    @pytest.mark.parametrize("channels", [1, 2])
    def test_it_decodes_as_the_reference_does(self, container, codec, order, channels):
        soundfile = pytest.importorskip("soundfile")
        file = io.BytesIO()
        soundfile.write(file, NOISE[:, :channels], 44_100, format=container, subtype=codec, endian=order)
        expected, rate = soundfile.read(io.BytesIO(file.getvalue()), always_2d=True)
        found = decode(file.getvalue())
        np.testing.assert_array_equal(found.samples, expected)
        assert (found.rate, found.complete) == (rate, True)

    @pytest.mark.parametrize("codec", [6, 7])
    def test_every_code_of_a_law_and_mu_law(self, codec):
        soundfile = pytest.importorskip("soundfile")
        content = riff(form(codec, 1, 8), chunk(b"data", bytes(range(256))))
        expected, _ = soundfile.read(io.BytesIO(content), always_2d=True)
        np.testing.assert_array_equal(decode(content).samples, expected)

    @pytest.mark.parametrize("head", [extensible(1, 2, 16, 12), form(1, 2, 12, block=4)])
    def test_12_bits_lie_in_the_upper_bits_of_16(self, head):
        found = decode(riff(head, chunk(b"data", WHOLE.tobytes())))
        np.testing.assert_array_equal(found.samples, WHOLE / 2**15)

    def test_24_bits_in_4_bytes(self):
        wide = WHOLE.astype("<i4") << 16
        found = decode(riff(form(1, 2, 24, block=8), chunk(b"data", wide.tobytes())))
        np.testing.assert_array_equal(found.samples, WHOLE / 2**15)

    @pytest.mark.parametrize("head", [form(2, 1, 4), extensible(2, 1, 8, 8), form(7, 1, 16), form(1, 0, 16)])
    def test_what_it_does_not_know_is_named(self, head):
        with pytest.raises(CodecError, match=r"is not a PCM wav file \(unknown format: \d+\).*: convert it"):
            decode(riff(head, chunk(b"data", bytes(8))))

    def test_another_format_is_left_to_soundfile(self):
        soundfile = pytest.importorskip("soundfile")
        for container, codec in (
            ("FLAC", "PCM_16"),
            ("OGG", "VORBIS"),
            ("MP3", "MPEG_LAYER_III"),
            ("WAV", "IMA_ADPCM"),
        ):
            file = io.BytesIO()
            soundfile.write(file, NOISE, 44_100, format=container, subtype=codec)
            with pytest.raises(CodecError):
                decode(file.getvalue())
            found = decode_any(file.getvalue())
            assert (found.samples.shape[1], found.rate) == (2, 44_100)
            assert len(found.samples) >= len(NOISE)

    def test_what_soundfile_cannot_decode_is_named_and_what_it_cuts_short_is_told(self):
        soundfile = pytest.importorskip("soundfile")
        file = io.BytesIO()
        soundfile.write(file, NOISE[:, 0].repeat(300), 44_100, format="FLAC")
        with pytest.raises(
            ValueError, match=r"^is not a PCM wav file, nor another that can be decoded \(.+\): convert"
        ):
            decode_any(file.getvalue()[:5_000])
        assert decode_any(file.getvalue()).complete

    def test_without_soundfile_it_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "soundfile", None)
        with pytest.raises(ValueError, match="convert it, or pip install soundfile"):
            decode_any(b"fLaC" + bytes(100))


class TestHeaders:
    @pytest.mark.parametrize("size", [0, 2**32 - 1, 0x7FFF_F000])
    def test_a_size_that_the_program_did_not_know(self, size):
        found = decode(riff(STEREO, chunk(b"data", WHOLE.tobytes(), size), size=size))
        np.testing.assert_array_equal(found.samples, WHOLE / 2**15)
        assert found.complete

    def test_a_size_of_0_may_be_true(self):
        with pytest.raises(ValueError, match="contains no sound: remove it"):
            decode(riff(STEREO, chunk(b"data", b""), chunk(b"LIST", b"INFOISFT")))

    @pytest.mark.parametrize("padding", [b"\0", b""])
    def test_chunks_before_and_after_the_sound_padded_or_not(self, padding):
        beside = chunk(b"LIST", b"INFOIART\5\0\0\0Henry", padding=padding)
        found = decode(riff(beside, STEREO, beside, chunk(b"data", WHOLE.tobytes()), beside))
        np.testing.assert_array_equal(found.samples, WHOLE / 2**15)

    def test_a_file_that_ends_early_keeps_its_whole_moments(self):
        content = riff(STEREO, chunk(b"data", WHOLE.tobytes()))[:-7]
        found = decode(content)
        np.testing.assert_array_equal(found.samples, WHOLE[:-2] / 2**15)
        assert not found.complete

    def test_a_long_file_has_its_size_in_another_chunk(self):
        sizes = struct.pack("<QQQI", 0, WHOLE.nbytes, len(WHOLE), 0)
        chunks = chunk(b"ds64", sizes), STEREO, chunk(b"data", WHOLE.tobytes(), 2**32 - 1), chunk(b"LIST", b"INFO")
        found = decode(b"RF64" + riff(*chunks)[4:])
        np.testing.assert_array_equal(found.samples, WHOLE / 2**15)

    def test_whatever_is_damaged_is_read_or_named(self):
        whole = riff(chunk(b"LIST", b"INFO!"), extensible(1, 2, 16, 16), chunk(b"data", WHOLE.tobytes()))
        damaged = [whole[:end] for end in range(0, 140)]
        for place in range(4, 90):
            for value in (0, 1, 127, 255):
                damaged.append(whole[:place] + bytes([value]) + whole[place + 1 :])
        for content in damaged:
            try:
                assert len(decode(content).samples)
            except ValueError as error:
                assert str(error).startswith(("is not a PCM wav file", "has ", "contains no sound"))
