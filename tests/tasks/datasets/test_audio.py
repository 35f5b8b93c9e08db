"""Wav files of every width and rate, other formats, and what a log-mel frame shows."""

import io
import struct
import sys
import wave

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.datasets.audio import BANDS, RATE, filters, log_mel, most_bands, power_above, read_sound, read_wav


def tone(frequency: float, rate: int = RATE, seconds: float = 1.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)


def wav(samples: np.ndarray, width: int = 2, rate: int = RATE) -> io.BytesIO:
    """A wav in memory; samples (n,) or (n, channels) from -1 to 1."""
    whole = np.round(samples * (2 ** (8 * width - 1) - 1)).astype("<i8") + (128 if width == 1 else 0)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(samples.shape[1] if samples.ndim == 2 else 1)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 8)[:, :width].tobytes())
    file.seek(0)
    return file


class TestReading:
    @pytest.mark.parametrize(("width", "error"), [(1, 0.02), (2, 1e-4), (3, 1e-6), (4, 1e-8)])
    def test_samples_of_every_width_come_back(self, width, error):
        samples, rate = read_wav(wav(tone(440), width))
        assert rate == RATE
        assert np.abs(samples - tone(440)).max() < error

    def test_stereo_is_the_mean_of_its_channels(self):
        samples, _ = read_wav(wav(np.column_stack([tone(440), -tone(440) / 2])))
        assert np.abs(samples - tone(440) / 4).max() < 1e-4

    @pytest.mark.parametrize("content", [b"", b"RIFF", b"no wav at all, only text", b"\0" * 100])
    def test_what_is_no_wav_is_named(self, content):
        with pytest.raises(RequestError, match="'bark.wav' is not a PCM wav file") as caught:
            read_wav(io.BytesIO(content), "bark.wav")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            (34, 64, "has 64 bits per sample: convert it to 32 or fewer"),
            (24, 2**32 - 5, "has a sample rate of 4294967291 Hz: resample it to 100 to 1000000"),
            (24, 0, "has a sample rate of 0 Hz"),
            (22, 65_535, "contains no sound: remove it"),
            (20, 7, r"is not a PCM wav file \(unknown format: 7\)"),
            (16, 2**31, "is not a PCM wav file"),
        ],
    )
    def test_an_impossible_header_is_named(self, place, value, said):
        content = bytearray(wav(tone(440, seconds=0.01)).getvalue())
        width = 4 if place in (16, 24) else 2
        content[place : place + width] = value.to_bytes(width, "little")
        with pytest.raises(RequestError, match=f"'bark.wav' {said}") as caught:
            read_wav(io.BytesIO(bytes(content)), "bark.wav")
        assert "\n" not in str(caught.value)

    def test_what_cannot_be_opened_is_named(self, tmp_path):
        for name, said in ((".", "Is a directory"), ("none.wav", "No such file or directory")):
            with pytest.raises(RequestError, match=f"' cannot be read: {said}"):
                read_wav(tmp_path / name)

    def test_a_wav_without_samples_is_named(self, tmp_path):
        (tmp_path / "none.wav").write_bytes(wav(np.zeros(0)).getvalue())
        with pytest.raises(RequestError, match=r"none\.wav' contains no sound"):
            read_wav(tmp_path / "none.wav")


class TestOtherFormats:
    @pytest.mark.parametrize("ending", ["flac", "ogg", "mp3", "WAV"])
    def test_they_sound_as_the_wav_file_does(self, tmp_path, ending):
        soundfile = pytest.importorskip("soundfile")
        soundfile.write(tmp_path / f"a.{ending}", tone(440, 44_100), 44_100)
        found = read_sound(tmp_path / f"a.{ending}")
        frames = log_mel(found.samples.mean(axis=1), found.rate)[:60]
        loud = frames > frames.max() - 5
        assert np.abs(frames - log_mel(tone(440, 44_100), 44_100)[:60])[loud].max() < 0.5

    def test_without_soundfile_the_refusal_says_what_to_install(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "soundfile", None)
        (tmp_path / "a.flac").write_bytes(b"fLaC" + bytes(50))
        with pytest.raises(RequestError, match=r"a\.flac' is .*: convert it, or pip install soundfile"):
            read_sound(tmp_path / "a.flac")

    @pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
    def test_a_sample_that_is_no_number_is_named(self, tmp_path, value):
        head = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 52, b"WAVEfmt ", 16, 3, 1, 8_000, 64_000, 8, 64, b"data", 16)
        (tmp_path / "a.wav").write_bytes(head + struct.pack("<dd", 0.5, value))
        with pytest.raises(RequestError, match=r"a\.wav' has a sample that is infinite or no number: convert it"):
            read_sound(tmp_path / "a.wav")


class TestRate:
    @pytest.mark.parametrize("rate", [8_000, 22_050, 44_100])
    def test_frames_keep_their_length_and_number_at_any_rate(self, rate):
        frames = log_mel(tone(440, 44_100), 44_100, rate, 30)
        assert frames.shape == (61, 30)

    def test_a_tone_above_4_khz_is_heard_at_a_higher_rate_only(self):
        noise = np.random.default_rng(1).normal(size=44_100) / 100
        low, high = (log_mel(tone(frequency, 44_100) + noise, 44_100, 22_050) for frequency in (6_000, 9_000))
        assert low.mean(axis=0).argmax() < high.mean(axis=0).argmax()
        assert power_above(tone(6_000, 44_100) + noise, 44_100, 4_000) > 0.99
        assert power_above(tone(3_000, 44_100) + noise, 44_100, 4_000) < 0.01

    def test_hum_below_the_bands_and_an_offset_hide_no_high_tone(self):
        sound = tone(6_000, 44_100) + 5 * tone(50, 44_100) + 3
        assert power_above(sound, 44_100, 4_000) > 0.9
        assert power_above(np.zeros(44_100), 44_100, 4_000) == 0

    @pytest.mark.parametrize("rate", [8_000, 44_100])
    def test_no_band_is_empty(self, rate):
        assert filters(rate, most_bands(rate)).any(axis=0).all()
        assert not filters(rate, most_bands(rate) + 1).any(axis=0).all()


class TestLogMel:
    def test_a_second_has_a_frame_every_16_ms(self):
        assert log_mel(tone(440), RATE).shape == (61, BANDS)

    def test_a_higher_tone_lies_in_a_higher_band(self):
        peaks = [log_mel(tone(frequency), RATE).mean(axis=0).argmax() for frequency in (200, 800, 3_000)]
        assert peaks == sorted(set(peaks))

    def test_the_level_of_a_sound_has_no_effect(self):
        noise = np.random.default_rng(1).normal(size=RATE)
        np.testing.assert_allclose(log_mel(noise / 50 + 0.1, RATE), log_mel(noise, RATE), atol=1e-3)

    @pytest.mark.parametrize("rate", [11_025, 16_000, 44_100, 48_000])
    def test_another_rate_looks_the_same(self, rate):
        chord = log_mel(tone(440) + tone(1_500), RATE)
        other = log_mel(tone(440, rate) + tone(1_500, rate), rate)
        assert other.shape == chord.shape
        loud = chord > chord.max() - 5
        assert np.abs(other - chord)[loud].max() < 0.1

    @pytest.mark.parametrize("samples", [np.zeros(RATE), np.ones(3)])
    def test_silence_and_a_click_are_finite(self, samples):
        frames = log_mel(samples, RATE)
        assert len(frames) >= 1
        assert np.isfinite(frames).all()
