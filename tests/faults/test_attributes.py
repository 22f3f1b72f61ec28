"""T14 to T16: what a save keeps of a file beside its text, links, and what may not be written."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbtui.store.displaced import versions
from mbtui.store.errors import BrokenFileError
from mbtui.store.store import Store
from tests.faults.injection import open_folder, run_as_nobody
from tests.unit.banks import ISSUES, entry_of, issue, make_bank_at, make_store, put, text_of

AS_ROOT = os.getuid() == 0
ACL = "system.posix_acl_access"
DEFAULT_ACL = "system.posix_acl_default"
NOBODY = 65534


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path / "project", {ISSUES: issue("a") + "\n" + issue("b")})
    made.load()
    return made


def access_list(user: int, *, mask: int = 6) -> bytes:
    """rw for the owner, r for a user, r for the group, r for others; see acl(5)."""
    undefined = 0xFFFFFFFF
    entries = [(1, 6, undefined), (2, 4, user), (4, 4, undefined), (16, mask, undefined)]
    entries.append((32, 4, undefined))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except (OSError, AttributeError) as error:
        pytest.skip(f"no attribute {name} here: {error}")


class TestT14Kept:
    @pytest.mark.parametrize("mode", [0o664, 0o600, 0o640, 0o2664, 0o4755])
    def test_t14_mode_is_kept(self, store: Store, mode: int) -> None:
        path = store.folder / ISSUES
        path.chmod(mode)
        store.update(entry_of(store, "a"), {"title": "new"})
        assert stat.S_IMODE(path.stat().st_mode) == mode

    @pytest.mark.skipif(not AS_ROOT, reason="only root can give a file to another group")
    def test_t14_groups_in_a_setgid_folder(self, store: Store) -> None:
        """A new file gets the folder's group, an old one keeps its own, and its setgid bit."""
        os.chown(store.folder, -1, 5678)
        store.folder.chmod(0o2775)
        os.chown(store.folder / ISSUES, 1234, 4321)
        (store.folder / ISSUES).chmod(0o6775)
        store.update(entry_of(store, "a"), {"title": "new"})
        store.add("data-flow", {"title": "new"})
        old, new = ((store.folder / name).stat() for name in (ISSUES, "integration-points.toml"))
        assert (old.st_uid, old.st_gid, stat.S_IMODE(old.st_mode)) == (1234, 4321, 0o6775)
        assert new.st_gid == 5678

    def test_t14_access_list_and_attributes_are_kept(self, store: Store) -> None:
        path = store.folder / ISSUES
        set_attribute(path, ACL, access_list(4321))
        set_attribute(path, "user.mark", b"x")
        mode = path.stat().st_mode
        store.update(entry_of(store, "a"), {"title": "new"})
        assert os.getxattr(path, ACL) == access_list(4321)
        assert os.getxattr(path, "user.mark") == b"x"
        assert path.stat().st_mode == mode

    def test_t14_file_without_an_access_list_gets_none_from_its_folder(self, store: Store) -> None:
        path = store.folder / ISSUES
        path.chmod(0o664)
        set_attribute(store.folder, DEFAULT_ACL, access_list(4321))
        store.update(entry_of(store, "a"), {"title": "new"})
        assert ACL not in os.listxattr(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o664

    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("last", ["", "\n"])
    def test_t14_line_ends_byte_order_mark_and_missing_last_newline_are_kept(
        self, tmp_path: Path, newline: str, mark: str, last: str
    ) -> None:
        text = f"# above\n\n{issue('a')}\n# b's own\n{issue('b')}\n{issue('c')}".rstrip("\n") + last
        whole = mark + text.replace("\n", newline)
        store = make_store(tmp_path, {ISSUES: whole})
        store.load()
        store.update(entry_of(store, "b"), {"title": "new"})
        found = (store.folder / ISSUES).read_bytes().decode()
        block = found.index('id = "b"')
        before = f"{mark}# above\n\n{issue('a')}\n# b's own\n[[current-issues]]\n"
        assert found[:block] == before.replace("\n", newline)
        after = f"\n{issue('c')}".rstrip("\n") + last
        assert found.endswith(after.replace("\n", newline))
        changed = found[block : len(found) - len(after.replace("\n", newline))]
        assert 'title = "new"' in changed
        assert changed.count("\n") == changed.count(newline)


class TestT15Links:
    def test_t15_link_inside_the_bank_stays_and_its_target_is_written(self, store: Store) -> None:
        (store.folder / "shared").mkdir()
        (store.folder / ISSUES).rename(store.folder / "shared" / "real.toml")
        (store.folder / ISSUES).symlink_to("shared/real.toml")
        store.load()
        store.update(entry_of(store, "a"), {"title": "new"})
        assert os.readlink(store.folder / ISSUES) == "shared/real.toml"
        assert 'title = "new"' in (store.folder / "shared" / "real.toml").read_text()
        (version,) = versions(store.folder)
        assert version.file == ISSUES

    def test_t15_link_out_of_the_bank_is_not_followed_and_told(self, store: Store) -> None:
        put(store.project / "outside.toml", issue("z"))
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).symlink_to("../outside.toml")
        (problem,) = store.load().broken_files
        assert "is a link to" in str(problem)
        assert "outside the bank; not opened" in str(problem)
        with pytest.raises(BrokenFileError, match="outside the bank"):
            store.add("current-issues", {"title": "x"})
        assert (store.project / "outside.toml").read_text() == issue("z")

    def test_t15_link_whose_target_loses_its_last_entry_stays_a_link(self, store: Store) -> None:
        (store.folder / "real.toml").write_text(issue("a"))
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).symlink_to("real.toml")
        store.load()
        store.delete(entry_of(store, "a"))
        assert (store.folder / ISSUES).is_symlink()
        assert (store.folder / "real.toml").read_bytes() == b""


SAVE = """
from pathlib import Path
from mbtui.store.store import Store
from mbtui.store.errors import ReadOnlyBankError
store = Store(Path(sys.argv[1]), author='x')
bank = store.load()
print('mbtui', [e.id for e in bank.entries], bank.read_only)
for title in ('new', 'newer'):
    try:
        store.update(store.bank.by_key['a'], {'title': title})
        print('saved:', store.warning)
    except ReadOnlyBankError as error:
        print('refused:', error)
"""


class TestT16Refused:
    @pytest.fixture
    def place(self) -> Iterator[Path]:
        with open_folder() as place:
            yield place

    @pytest.fixture
    def store(self, place: Path) -> Store:
        made = make_store(place / "project", {ISSUES: issue("a") + "\n" + issue("b")})
        made.load()
        return made

    @pytest.fixture
    def state(self, place: Path) -> Path:
        place = place / "nobody"
        place.mkdir()
        if AS_ROOT:
            os.chown(place, NOBODY, NOBODY)
        return place

    def save(self, store: Store, state: Path) -> list[str]:
        told = run_as_nobody(SAVE, str(store.folder), state=state).splitlines()
        return [line for line in told if line.startswith(("saved:", "refused:"))]

    def test_t16_file_that_is_read_only_is_refused(self, store: Store, state: Path) -> None:
        store.folder.chmod(0o777)
        (store.folder / ISSUES).chmod(0o444)
        told = self.save(store, state)
        wanted = f"refused: {store.folder / ISSUES} is read-only for you; nothing was written"
        assert told == [wanted, wanted]
        assert 'title = "a"' in text_of(store)

    def test_t16_folder_that_is_read_only_is_refused_with_the_reason(
        self, store: Store, state: Path
    ) -> None:
        store.folder.chmod(0o755)
        (store.folder / ISSUES).chmod(0o666)
        told = self.save(store, state)
        assert all(f"the folder {store.folder} is read-only for you" in line for line in told)
        assert 'title = "a"' in text_of(store)

    def test_t16_someone_elses_file_in_a_sticky_folder_is_refused_with_the_reason(
        self, store: Store, state: Path
    ) -> None:
        store.folder.chmod(0o1777)
        (store.folder / ISSUES).chmod(0o666)
        told = self.save(store, state)
        assert len(told) == 2
        assert all("belongs to user 0" in line and "sticky bit" in line for line in told)
        assert 'title = "a"' in text_of(store)

    def test_t16_file_that_cannot_be_given_back_to_its_owner_is_told_once(
        self, store: Store, state: Path
    ) -> None:
        store.folder.chmod(0o777)
        (store.folder / ISSUES).chmod(0o2666)
        first, second = self.save(store, state)
        assert "belonged to user 0, group 0, and could not be given back" in first
        assert second == "saved: "
        info = (store.folder / ISSUES).stat()
        assert (info.st_uid, stat.S_IMODE(info.st_mode)) == (NOBODY, 0o666)

    def test_t16_hard_link_is_split_and_told_once(self, store: Store) -> None:
        os.link(store.folder / ISSUES, store.project / "other.toml")
        before = text_of(store)
        (store.folder / ISSUES).chmod(0o664)
        store.update(entry_of(store, "a"), {"title": "new"})
        assert f"the other name of {ISSUES} keeps the old text" in store.warning
        assert (store.project / "other.toml").read_text() == before
        assert stat.S_IMODE((store.project / "other.toml").stat().st_mode) == 0o664
        (version,) = versions(store.folder)
        assert version.read() == before.encode()
        os.link(store.folder / ISSUES, store.project / "third.toml")
        store.update(entry_of(store, "a"), {"title": "newer"})
        assert store.warning == ""
        assert 'title = "newer"' in text_of(store)

    def test_t16_what_is_displaced_is_open_to_this_user_only(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path, {ISSUES: issue("a")})
        (folder / ISSUES).chmod(0o666)
        store = Store(folder, author="Ana")
        store.update(store.load().by_key["a"], {"title": "new"})
        (version,) = versions(folder)
        assert stat.S_IMODE(version.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(version.path.parent.stat().st_mode) == 0o700
