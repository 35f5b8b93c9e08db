"""Files of data sets: found, verified, downloaded, and never half done."""

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from suite.cli import main
from suite.errors import UnavailableError
from suite.files.writing import current_umask
from suite.tasks.datasets import download
from suite.tasks.datasets.download import DataSet, File, fetch, find
from suite.tasks.task import TASKS, Task, task

CONTENT = b"a good file\n" * 50_000


class Server:
    """Serves `content` under every path, of which it says it has `size` bytes; counts the requests."""

    def __init__(self):
        self.content, self.size, self.requests = CONTENT, None, 0
        self.gate = threading.Event()
        self.gate.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests += 1
                self.send_response(200)
                self.send_header("Content-Length", str(outer.size or len(outer.content)))
                self.end_headers()
                outer.gate.wait(10)
                with contextlib.suppress(ConnectionError):  # who asked may have been killed
                    self.wfile.write(outer.content)

            def log_message(self, *arguments):
                """Says nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/good.bin"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SUITE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def declared(url: str, content: bytes = CONTENT) -> DataSet:
    return DataSet("goods", (File(url, hashlib.sha256(content).hexdigest()),), "CC0", "a test")


@pytest.fixture
def goods(server) -> DataSet:
    return declared(server.url)


def put(cache: Path, content: bytes) -> Path:
    path = cache / "goods" / "good.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def names(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "goods").iterdir())


class TestRoot:
    def test_it_is_what_suite_data_names(self, cache):
        assert download.root() == cache

    @pytest.mark.parametrize(
        ("platform", "place"), [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")]
    )
    def test_else_the_users_cache_folder_of_the_platform(self, monkeypatch, platform, place):
        for name in ("SUITE_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("sys.platform", platform)
        assert download.root() == Path.home() / place / "sequence-suite"

    def test_xdg_cache_home_takes_precedence(self, monkeypatch, tmp_path):
        monkeypatch.delenv("SUITE_DATA")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert download.root() == tmp_path / "sequence-suite"


class TestFind:
    def test_an_existing_file_is_only_read(self, cache, server, goods):
        path = put(cache, CONTENT)
        before = path.stat()
        assert find(goods, goods.files[0]) == path
        assert (path.stat().st_mtime_ns, names(cache), server.requests) == (before.st_mtime_ns, ["good.bin"], 0)

    def test_one_that_is_not_is_downloaded_once(self, cache, server, goods):
        assert not goods.cached
        path = find(goods, goods.files[0])
        assert find(goods, goods.files[0]) == path
        assert (path.read_bytes(), names(cache), server.requests) == (CONTENT, ["good.bin"], 1)
        assert goods.cached

    def test_a_wrong_one_is_named_with_both_sums_and_left(self, cache, goods):
        path = put(cache, b"broken")
        with pytest.raises(UnavailableError) as caught:
            find(goods, goods.files[0])
        for part in (str(path), hashlib.sha256(b"broken").hexdigest()[:16], goods.files[0].sha256[:16]):
            assert part in str(caught.value)
        assert path.read_bytes() == b"broken"

    def test_a_file_that_changes_is_verified_again(self, cache, goods):
        path = put(cache, CONTENT)
        find(goods, goods.files[0])
        path.write_bytes(b"broken")
        with pytest.raises(UnavailableError, match="is wrong"):
            find(goods, goods.files[0])


class TestDownload:
    def test_a_changed_file_is_set_aside_with_both_checksums_shown(self, cache, server, goods):
        server.content = b"another file"
        for n in (1, 2):
            with pytest.raises(UnavailableError) as caught:
                find(goods, goods.files[0])
            assert f"good.bin.wrong-{n}'" in str(caught.value)
            assert hashlib.sha256(server.content).hexdigest()[:16] in str(caught.value)
            assert goods.files[0].sha256[:16] in str(caught.value)
        assert names(cache) == ["good.bin.wrong-1", "good.bin.wrong-2"]
        assert (cache / "goods" / "good.bin.wrong-1").read_bytes() == b"another file"

    def test_a_connection_that_ends_early_leaves_no_file(self, cache, server, goods):
        server.size = len(CONTENT) + 10
        with pytest.raises(UnavailableError, match="cannot download .* 10 more expected"):
            find(goods, goods.files[0])
        assert names(cache) == []

    def test_without_a_network_the_message_says_what_to_do(self, cache, server):
        server.close()
        with pytest.raises(UnavailableError) as caught:
            find(declared(server.url), declared(server.url).files[0])
        for part in (server.url, f"put it into '{cache / 'goods'}' as 'good.bin'", "refused"):
            assert part in str(caught.value)
        assert not cache.exists()

    def test_simultaneous_downloads_are_safe(self, cache, server, goods):
        server.gate.clear()
        found = []
        threads = [threading.Thread(target=lambda: found.append(find(goods, goods.files[0]))) for _ in range(3)]
        for thread in threads:
            thread.start()
        while server.requests < 3:
            threading.Event().wait(0.01)
        server.gate.set()
        for thread in threads:
            thread.join()
        assert (found, names(cache)) == ([cache / "goods" / "good.bin"] * 3, ["good.bin"])

    def test_an_interruption_leaves_no_file(self, cache, goods, monkeypatch):
        def interrupted(source, target):
            target.write(b"half")
            raise KeyboardInterrupt

        monkeypatch.setattr(download.shutil, "copyfileobj", interrupted)
        with pytest.raises(KeyboardInterrupt):
            find(goods, goods.files[0])
        assert names(cache) == []

    def test_a_folder_that_cannot_be_written(self, cache, goods):
        cache.write_text("a file in the way")
        with pytest.raises(UnavailableError, match=r"not writable .*: put it there, or point SUITE_DATA"):
            find(goods, goods.files[0])

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
    def test_a_read_only_folder(self, cache, goods):
        (cache / "goods").mkdir(parents=True)
        (cache / "goods").chmod(0o500)
        with pytest.raises(UnavailableError, match="not writable"):
            find(goods, goods.files[0])

    def test_others_may_read_what_was_downloaded(self, goods):
        assert find(goods, goods.files[0]).stat().st_mode & 0o444 == 0o444 & ~current_umask()

    def test_progress_is_a_line_where_there_is_no_terminal(self, goods, capsys):
        find(goods, goods.files[0])
        assert capsys.readouterr().err == f"downloading {goods.files[0].url}\n"


class TestFetch:
    def test_a_right_file_stays_and_a_wrong_one_is_set_aside_and_replaced(self, cache, server, goods):
        path = put(cache, b"broken")
        assert fetch(goods) == [path] == fetch(goods)
        assert (names(cache), server.requests) == (["good.bin", "good.bin.wrong-1"], 1)
        assert (cache / "goods" / "good.bin.wrong-1").read_bytes() == b"broken"

    def test_a_wrong_file_stays_when_the_download_fails(self, cache, server, goods):
        put(cache, b"broken")
        server.close()
        with pytest.raises(UnavailableError):
            fetch(goods)
        assert names(cache) == ["good.bin"]


class TestTask:
    @pytest.fixture
    def apple(self, goods) -> Task:
        @task("apple", family="speech", kind="regression", metric="mse", baseline="mean", data_set=goods)
        def apple(seed: int):
            """Apple."""
            return find(goods, goods.files[0])

        yield TASKS.get("apple")
        TASKS.forget(__file__)

    def test_licence_and_source_come_from_its_files(self, apple):
        assert (apple.licence, apple.source) == ("CC0", "a test")

    def test_it_is_cached_or_to_be_downloaded(self, apple, cache):
        assert apple.availability == "download"
        put(cache, CONTENT)
        assert apple.availability == "cached"

    def test_without_its_files_it_names_the_way_out(self, apple, server):
        server.close()
        with pytest.raises(UnavailableError) as caught:
            apple.load(1)
        assert server.url in str(caught.value)
        assert "`suite fetch apple`" in str(caught.value)
        assert "no files are needed by speech-like" in str(caught.value)
        assert "spoken-digits" not in str(caught.value)

    def test_fetch_prints_where_the_files_are(self, apple, cache, capsys):
        assert main(["fetch", "apple", "adding-50"]) == 0
        assert capsys.readouterr().out == f"{cache / 'goods' / 'good.bin'}\n"

    def test_fetch_exits_1_with_one_line_when_a_file_is_unavailable(self, apple, server, capsys):
        server.close()
        assert main(["fetch", "apple"]) == 1
        assert capsys.readouterr().err.startswith("suite: data set 'goods': cannot download")

    def test_fetch_of_tasks_without_files(self, capsys):
        assert main(["fetch", "adding-50"]) == 0
        assert capsys.readouterr().out == "these tasks need no files\n"

    def test_fetch_of_an_unknown_task(self, capsys):
        assert main(["fetch", "aple"]) == 2
        assert "unknown task 'aple'" in capsys.readouterr().err


@pytest.mark.slow
def test_the_offline_tasks_work_without_any_files():
    code = "from suite.tasks.task import TASKS; print(len(TASKS.get('digits-sequential').load(1).train[0]))"
    bare = os.environ | {"XDG_CACHE_HOME": "/nowhere", "SUITE_DATA": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=bare, check=True)
    assert int(done.stdout) > 1_000


def test_a_name_is_the_urls_last_part_unless_given(goods):
    assert goods.files[0].name == "good.bin"
    assert replace(goods.files[0], name="other.bin").name == "other.bin"
