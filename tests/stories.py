"""The files of three people: prices of four tickers, German tickets of seven teams, and stereo sounds at 44.1 kHz."""

import wave
from pathlib import Path

import numpy as np

TEAMS = {  # team -> share and words; Rechnung and Mahnung share words, as do Lieferung and Retoure
    "Rechnung": (0.30, "Rechnung Betrag Gebühr Konto"),
    "Lieferung": (0.25, "Paket Zustellung Straße Bote"),
    "Störung": (0.15, "Ausfall Gerät Lärm defekt"),
    "Retoure": (0.12, "Rücksendung Paket Bote Umtausch"),
    "Mahnung": (0.08, "Rechnung Betrag Frist Verzug"),
    "Kündigung": (0.06, "Vertrag Ende kündigen Laufzeit"),
    "Lob": (0.04, "danke großartig freundlich schön"),
}
FILLERS = "und der die ich habe für über bitte nicht noch immer sehr heute wäre könnte möchte ein das".split()  # noqa: SIM905
CALLS = {"amsel": 2_000, "goldhaehnchen": 7_000, "zilpzalp": 4_800}  # Hz; two of them lie above 4 kHz


def write_prices(path: Path, days: int = 900) -> None:
    """Prices of four tickers below each other; those of DDD return to their mean, the others walk at random."""
    rng = np.random.default_rng(1)
    dates = np.busday_offset("2020-01-01", np.arange(days), roll="forward")
    closes = {name: start * np.exp(np.cumsum(rng.normal(0, 0.01, days)))
              for name, start in {"AAA": 100, "BBB": 150, "CCC": 40}.items()}  # fmt: skip
    swings = np.zeros(days)
    for day in range(1, days):
        swings[day] = 0.7 * swings[day - 1] + rng.normal(0, 0.02)
    closes["DDD"] = 80 * np.exp(swings)
    volume = {name: rng.integers(1_000_000, 9_000_000, days) for name in closes}
    rows = [
        f"{date},{name},{closes[name][day]:.4f},{volume[name][day]}"
        for day, date in enumerate(dates)
        for name in closes
    ]
    path.write_text("\n".join(["Date,Ticker,Close,Volume", *rows]) + "\n", encoding="utf-8")


def write_tickets(path: Path, tickets: int = 2_000) -> None:
    """German messages with their team, separated by tabs, in the encoding of Windows."""
    rng = np.random.default_rng(1)
    names, shares = list(TEAMS), [share for share, _ in TEAMS.values()]
    lines = ["Eingang\tNachricht\tTeam"]
    for number, team in enumerate(rng.choice(names, tickets, p=shares)):
        words = [*rng.choice(TEAMS[team][1].split(), 3), *rng.choice(FILLERS, rng.integers(6, 20))]
        lines.append(f"{1 + number % 28:02d}.{1 + number % 12:02d}.2025\t{' '.join(rng.permutation(words))}\t{team}")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def write_calls(path: Path, files: int = 30) -> None:
    """Calls of three birds in stereo at 44.1 kHz, of 0.3 to 1.2 seconds."""
    rng = np.random.default_rng(1)
    for name, frequency in CALLS.items():
        (path / name).mkdir(parents=True)
        for number in range(files):
            seconds = np.arange(int(44_100 * rng.uniform(0.3, 1.2))) / 44_100
            tone = np.sin(2 * np.pi * frequency * rng.uniform(0.95, 1.05) * seconds) * np.hanning(len(seconds))
            both = np.stack([tone, tone], axis=1) + rng.normal(0, 0.05, (len(seconds), 2))
            with wave.open(str(path / name / f"{name}{number:02d}.wav"), "wb") as file:
                file.setparams((2, 2, 44_100, 0, "NONE", ""))
                file.writeframes((9_000 * both).astype("<i2").tobytes())
