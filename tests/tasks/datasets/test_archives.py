"""Members of archives: read in memory, whole, and from inside only."""

import io
import tarfile
import zipfile

import pytest

from suite.errors import UnreadableError
from suite.tasks.datasets.archives import members

FILES = {"set/one.txt": b"1" * 5_000, "set/two.txt": b"2", "set/notes.md": b"3"}


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(("pack", "name"), [(zipped, "a.zip"), (tarred, "a.tar.gz")])
class TestMembers:
    def test_members_are_found_by_their_whole_name(self, tmp_path, pack, name):
        found = dict(members(pack(tmp_path / name, FILES), r"set/\w+\.txt"))
        assert found == {key: FILES[key] for key in ("set/one.txt", "set/two.txt")}
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_a_truncated_archive(self, tmp_path, pack, name):
        path = pack(tmp_path / name, FILES)
        path.write_bytes(path.read_bytes()[:-60])
        with pytest.raises(UnreadableError, match=f"{name}' is truncated or not an archive"):
            list(members(path, ".*"))

    def test_a_file_that_is_not_an_archive(self, tmp_path, pack, name):
        (tmp_path / name).write_bytes(b"<html>not found</html>")
        with pytest.raises(UnreadableError, match="is truncated or not an archive"):
            list(members(tmp_path / name, ".*"))

    @pytest.mark.parametrize("outside", ["../evil.txt", "set/../../evil.txt", "/etc/evil.txt", "..\\evil.txt"])
    def test_a_member_that_leads_outside(self, tmp_path, pack, name, outside):
        path = pack(tmp_path / name, {outside: b"evil"})
        with pytest.raises(UnreadableError, match="has a member that leads outside"):
            list(members(path, r"set/.*"))
