"""What the tests of capturing share: a build made twice from scratch at the same path,
without and with ldwhy, and everything there is to compare of the two.

The program under test is tests/unit/capture/fake_main.cc, built: it runs the build and
writes what was caught to $CAPTURE_LIST.
"""
import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
BAD = "int missing(void);\nint main(void) { return missing(); }\n"
GOOD = "int main(void) { return 0; }\n"


def needs(*programs):
    lacking = [p for p in programs if not shutil.which(p)]
    return unittest.skipIf(lacking, "not installed: " + " ".join(lacking))


class Build(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="ldwhy-capture.")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.work = os.path.join(self.root, "work")
        self.list = os.path.join(self.root, "list")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("LDWHY_")}
        self.environment.update(XDG_CACHE_HOME=os.path.join(self.root, "cache"),
                                CAPTURE_LIST=self.list, LC_ALL="C")
        self.files = {}

    # -- a build folder, made afresh

    def write(self, name, text, mode=0o644):
        self.files[name] = (text, mode)

    def fresh(self):
        shutil.rmtree(self.work, ignore_errors=True)
        os.mkdir(self.work)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.list)
        for name, (text, mode) in self.files.items():
            path = os.path.join(self.work, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, mode)

    def fake_linker(self, script):
        """A program called ld, first in PATH."""
        self.write("bin/ld", "#!/bin/sh\n" + script, 0o755)
        self.environment["PATH"] = os.path.join(self.work, "bin") + ":" + os.environ["PATH"]

    # -- running it

    def command(self, with_us, words):
        return ([PROGRAM, "run", "--"] if with_us else []) + words

    def once(self, with_us, words, one_stream=False):
        self.fresh()
        result = subprocess.run(self.command(with_us, words), cwd=self.work, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT if one_stream else subprocess.PIPE,
                                timeout=300)
        return result

    def tree(self, ignore=()):
        found = {}
        for folder, _, names in os.walk(self.work):
            for name in names:
                path = os.path.join(folder, name)
                short = os.path.relpath(path, self.work)
                if any(re.search(p, short) for p in ignore):
                    continue
                mode = stat.S_IMODE(os.lstat(path).st_mode)
                if os.path.islink(path):
                    found[short] = ("link", os.readlink(path))
                else:
                    with open(path, "rb") as file:
                        found[short] = (mode, hashlib.sha256(file.read()).hexdigest())
        return found

    def same(self, words, ignore=(), normal=lambda b: b, one_stream=False):
        """Builds without and with us, compares all there is; the result with us."""
        plain = self.once(False, words, one_stream)
        plain_tree = self.tree(ignore)
        ours = self.once(True, words, one_stream)
        self.assertEqual(ours.returncode, plain.returncode)
        self.assertEqual(normal(ours.stdout), normal(plain.stdout))
        if not one_stream:
            self.assertEqual(normal(ours.stderr), normal(plain.stderr))
        self.assertEqual(self.tree(ignore), plain_tree)
        return ours

    # -- what was caught

    def caught(self, kind="capsule"):
        capsules = []
        with contextlib.suppress(FileNotFoundError), open(self.list) as file:
            for line in file:
                words = line.split()
                if words[0] == kind:
                    with open(os.path.join(words[1], "capsule.json")) as description:
                        capsule = json.load(description)
                    capsule["folder"] = words[1]
                    with open(os.path.join(words[1], "messages"), "rb") as messages:
                        capsule["messages"] = messages.read()
                    capsules.append(capsule)
        return capsules

    def only_capsule(self):
        capsules = self.caught()
        self.assertEqual(len(capsules), 1)
        return capsules[0]

    def sessions(self):
        folder = os.path.join(self.root, "cache/ldwhy/sessions")
        return os.listdir(folder) if os.path.isdir(folder) else []


def main():
    if not PROGRAM:
        sys.exit("usage: " + sys.argv[0] + " PROGRAM [unittest's arguments]")
    unittest.main()
