"""A headless Chromium of its own, and axe-core from the folder where continuous integration puts it."""

import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def missing() -> str:
    """Which program is not there, empty when both are."""
    there = {"chromium": _chromium(), "chromedriver": shutil.which("chromedriver")}
    return ", ".join(name for name, path in there.items() if not path)


def start(profile: Path) -> webdriver.Chrome:
    """A browser whose profile lies in this folder, that writes down what it asks of the network."""
    options = webdriver.ChromeOptions()
    options.binary_location = _chromium()
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def resize(browser: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Makes the page this wide and high, narrower than a window may be."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def prefer(browser: webdriver.Chrome, scheme: str) -> None:
    """Light or dark."""
    wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")
