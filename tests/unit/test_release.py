"""Version and commit: from every form in which a checkout may come."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

from idp_project.core.release import VERSION, Release, commit_of, release

ROOT = Path(settings.BASE_DIR)
COMMIT = "4d87164a0d83" + "0" * 28


def git_folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        target = path / name.replace("__", "/").replace("_", "-" if name == "packed_refs" else "_")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return path


def test_version_is_that_of_the_project():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_commit_of_this_checkout_is_gits():
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert commit_of(ROOT) == (asked.stdout.strip() or commit_of(ROOT)) and release().commit == commit_of(ROOT)


def test_commit_of_a_branch_is_read(tmp_path):
    git_folder(tmp_path / ".git", HEAD="ref: refs/heads/main\n", refs__heads__main=f"{COMMIT}\n")
    assert commit_of(tmp_path) == COMMIT


def test_commit_of_a_packed_branch_is_read(tmp_path):
    packed = f"# pack-refs with: peeled\n{'1' * 40} refs/heads/other\n{COMMIT} refs/heads/main\n^{'2' * 40}\n"
    git_folder(tmp_path / ".git", HEAD="ref: refs/heads/main\n", packed_refs=packed)
    assert commit_of(tmp_path) == COMMIT


def test_commit_of_a_detached_head_is_read(tmp_path):
    git_folder(tmp_path / ".git", HEAD=f"{COMMIT}\n")
    assert commit_of(tmp_path) == COMMIT


def test_commit_of_a_linked_worktree_is_read(tmp_path):
    shared = git_folder(tmp_path / "repository" / ".git", refs__heads__work=f"{COMMIT}\n")
    own = git_folder(shared / "worktrees" / "work", HEAD="ref: refs/heads/work\n", commondir="../..\n")
    checkout = tmp_path / "work"
    checkout.mkdir()
    (checkout / ".git").write_text(f"gitdir: {own}\n")
    assert commit_of(checkout) == COMMIT


def test_commit_of_an_archive_is_in_its_file(tmp_path):
    assert commit_of(tmp_path) == "unknown"
    (tmp_path / "COMMIT").write_text(f"{COMMIT}\n")
    assert commit_of(tmp_path) == COMMIT


def test_release_reads_well():
    assert str(Release("0.1.0", COMMIT)) == "IDP 0.1.0 (commit 4d87164a0d83)"


def test_commands_say_the_release():
    for words in (
        ["manage.py", "--version"],
        ["manage.py", "version"],
        ["-m", "idp_project.operations.supervisor", "--version"],
    ):
        said = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert str(release()) in said, words
