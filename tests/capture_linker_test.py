#!/usr/bin/env python3
"""What stands between a build and its linker must not be felt: on terminals, with
linkers of every behaviour, under signals, and where there is no place to keep anything.

    tests/capture_linker_test.py PROGRAM [unittest's arguments]     (see capture_build.py)
"""
import contextlib
import fcntl
import os
import pty
import signal
import stat
import struct
import subprocess
import termios
import time

from capture_build import BAD, GOOD, PROGRAM, Build, main, needs


class Terminal(Build):
    def on_terminal(self, with_us, words, columns=97):
        """All that arrives on a terminal, and the wait status."""
        self.fresh()
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.work)
            command = self.command(with_us, words)
            os.execvpe(command[0], command, self.environment)
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 31, columns, 0, 0))
        text = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(master, 65536):
                text += chunk
        os.close(master)
        return text, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def same_on_terminal(self, words):
        plain, ours = self.on_terminal(False, words), self.on_terminal(True, words)
        self.assertEqual(ours, plain)
        return ours

    @needs("clang-22", "make")
    def test_colours_stay(self):
        self.write("main.c", BAD)
        self.write("Makefile", "program: main.o\n\tclang-22 -fuse-ld=lld main.o -o program\n"
                               "main.o: main.c\n\tclang-22 -c main.c\n")
        text, status = self.same_on_terminal(["make"])
        self.assertEqual(status, 2)
        self.assertIn(b"\x1b[", text)
        self.assertIn(b"\x1b[", self.only_capsule()["messages"])

    @needs("gcc")
    def test_gcc(self):
        self.write("main.c", BAD)
        self.write("b.sh", "gcc -c main.c && gcc main.o -o program\n")
        self.same_on_terminal(["sh", "b.sh"])
        self.only_capsule()

    def test_window_size_and_kind(self):
        self.fake_linker("sleep 0.2; test -t 2 && echo terminal >&2; stty size <&2 >&2; exit 4\n")
        text, status = self.same_on_terminal(["sh", "-c", "sleep 0.2; ld x"])
        self.assertIn(b"terminal\r\n31 97\r\n", text)
        self.assertEqual(status, 4)

    def test_output_elsewhere(self):
        """Only the stream that is a terminal stays one."""
        self.fake_linker("test -t 1 && echo out; test -t 2 && echo err >&2; echo plain; exit 4\n")
        text, _ = self.same_on_terminal(["sh", "-c", "ld x | cat >out; cat out"])
        self.assertIn(b"err", text)
        self.assertNotIn(b"out", text)


class Linker(Build):
    """Linkers of every kind of behaviour, by way of a script called ld."""

    def test_order_on_one_stream(self):
        self.fake_linker("for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done; exit 1\n")
        self.same(["ld", "x"], one_stream=True)
        self.assertIn(b"out 9\nerr 9\n", self.only_capsule()["messages"])

    def test_streams_stay_apart(self):
        self.fake_linker("echo out; echo err >&2; exit 1\n")
        self.same(["ld", "x"])
        self.assertEqual(self.only_capsule()["messages"], b"err\n")

    def test_much_output(self):
        self.fake_linker("i=0; while [ $i -lt 20000 ]; do echo line $i of a long story >&2; "
                         "i=$((i+1)); done; exit 1\n")
        self.same(["ld", "x"])
        self.assertGreater(len(self.only_capsule()["messages"]), 500000)

    def test_bytes_that_are_no_text(self):
        self.fake_linker("printf 'a\\377\\000\\200b' >&2; exit 1\n")
        self.same(["sh", "-c", "ld $(printf 'x\\377')"])
        self.assertEqual(self.only_capsule()["messages"], b"a\xff\0\x80b")

    def test_standard_input(self):
        self.fake_linker("cat; exit 0\n")
        self.same(["sh", "-c", "echo input | ld x"])

    def test_arguments(self):
        self.fake_linker('for a in "$0" "$@"; do echo "<$a>"; done; exit 1\n')
        result = self.same(["ld", "a b", "", "-o", "x*", "--", "$HOME"])
        self.assertIn(b"<a b>\n<>\n<-o>\n<x*>", result.stdout)

    def test_environment(self):
        self.fake_linker("env | grep -v '^_=' | sort; exit 1\n")
        self.same(["sh", "-c", "exec ld"])

    @needs("gcc")
    def test_environment_of_a_driver_s_linker(self):
        self.fake_linker("env | grep -v '^_=\\|/tmp/cc' | sort; exit 1\n")
        self.write("main.c", GOOD)
        self.environment["COMPILER_PATH"] = "/nowhere"
        self.same(["sh", "-c", "gcc -c main.c; gcc main.o; gcc main.o"])

    def test_file_descriptors(self):
        self.fake_linker("ls -l /proc/self/fd | sed 's/.* \\([0-9]*\\) -> .*/\\1/' | grep '^[0-9]'; "
                         "cat <&7; exit 1\n")
        self.write("main.txt", "seven\n")
        self.same(["sh", "-c", "exec 7<main.txt; ld"])

    def test_grandchild_that_stays(self):
        self.fake_linker("echo last words >&2; sleep 20 & exit 1\n")
        start = time.monotonic()
        self.fresh()
        errors = os.path.join(self.root, "errors")
        with open(errors, "w") as file:  # not a pipe: the sleeper may keep it open
            subprocess.run(self.command(True, ["ld", "x"]), cwd=self.work, env=self.environment,
                           stdout=subprocess.DEVNULL, stderr=file)
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(self.only_capsule()["messages"], b"last words\n")

    @needs("gcc")
    def test_killed_by_a_signal(self):
        self.write("main.c", GOOD)
        for name in ("SEGV", "KILL", "ABRT"):
            with self.subTest(signal=name):
                self.fake_linker(f"echo dying >&2; ulimit -c 0; kill -{name} $$\n")
                result = self.same(["sh", "-c", "ulimit -c 0; gcc -c main.c; gcc main.o"])
                self.assertIn(b"terminated with signal", result.stderr)
                number = getattr(signal, "SIG" + name)
                self.assertEqual(self.only_capsule()["status"], 128 + number)
        self.fake_linker("kill -SEGV $$\n")
        self.same(["sh", "-c", "ulimit -c 0; ld x; echo $?"])

    def test_killed_build(self):
        plain, ours = (self.once(w, ["sh", "-c", "kill -TERM $$"]) for w in (False, True))
        self.assertEqual(plain.returncode, -signal.SIGTERM)
        self.assertEqual(ours.returncode, 128 + signal.SIGTERM)

    def test_reader_that_leaves(self):
        self.fake_linker("trap 'echo got it >pipe; exit 1' PIPE; i=0; while [ $i -lt 100000 ]; do "
                         "echo line $i >&2; i=$((i+1)); done; exit 0\n")
        self.same(["sh", "-c", "{ ld x; echo $? >status; } 2>&1 | head -n 1"])

    def test_without_session(self):
        """A path that a configure script wrote down goes on working."""
        self.fake_linker('echo "real $0 $*"; exit 5\n')
        self.fresh()
        self.once(True, ["sh", "-c", "command -v ld >path"])
        with open(os.path.join(self.work, "path")) as file:
            path = file.read().strip()
        self.assertIn("/ldwhy/shims/", path)
        result = subprocess.run([path, "a"], cwd=self.work, env=self.environment,
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 5)
        self.assertEqual(result.stdout, f"real {self.work}/bin/ld a\n")

    def test_inside_itself(self):
        self.fake_linker("echo wrong >&2; exit 1\n")
        inner = f"CAPTURE_LIST= {PROGRAM} run -- ld x; ld y"
        result = self.once(True, ["sh", "-c", inner])
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.only_capsule()["argv"][1:], ["y"])


class Run(Build):
    def test_statuses(self):
        self.write("plain.txt", "text\n")
        self.write("script", "exit 6\n", 0o755)
        for words, status in ((["true"], 0), (["false"], 1), (["sh", "-c", "exit 42"], 42),
                              (["no-such-command"], 127), (["./no-such-file"], 127),
                              (["./plain.txt"], 126), (["./script"], 6)):
            with self.subTest(command=words):
                result = self.once(True, words)
                self.assertEqual(result.returncode, status)
                self.assertEqual(result.stderr.count(b"\n"), 1 if status in (126, 127) else 0)

    def start(self, with_us, words):
        self.fresh()
        return subprocess.Popen(self.command(with_us, words), cwd=self.work, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                start_new_session=True)

    def wait_for(self, name):
        for _ in range(400):
            if os.path.exists(os.path.join(self.work, name)):
                return
            time.sleep(0.025)
        self.fail(f"{name} was not made")

    def gone(self, group):
        for _ in range(200):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.025)
        self.fail("processes are left")

    def test_interrupted(self):
        """What a terminal does on Ctrl-C: the whole group gets the signal."""
        self.fake_linker("echo working >&2; touch started; exec sleep 30\n")
        ends = []
        for with_us in (False, True):
            build = self.start(with_us, ["sh", "-c", "ld x -o program; exit 7"])
            self.wait_for("started")
            os.killpg(build.pid, signal.SIGINT)
            out, err = build.communicate(timeout=20)
            self.gone(build.pid)
            status = build.returncode
            ends.append((128 - status if status < 0 else status, out, err))
        self.assertEqual(ends[0], ends[1])
        self.assertEqual(self.caught(), [])
        self.assertEqual(self.sessions(), [])

    def test_terminated(self):
        """A signal for us alone is the build's."""
        self.fake_linker("touch started; exec sleep 30\n")
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(signal=number):
                build = self.start(True, ["ld", "x"])
                self.wait_for("started")
                os.kill(build.pid, number)
                build.communicate(timeout=20)
                self.assertEqual(build.returncode, 128 + number)
                self.gone(build.pid)
                self.assertEqual(self.sessions(), [])

    @needs("gcc")
    def test_newest_session_replaces_the_last(self):
        self.write("main.c", BAD)
        for _ in range(2):
            self.once(True, ["gcc", "main.c"])
            self.assertEqual(len(self.sessions()), 1)
        self.only_capsule()
        self.write("main.c", GOOD)
        kept = self.sessions()
        self.once(True, ["gcc", "-g", "main.c"])  # another that passes takes nothing away
        self.assertEqual(self.sessions(), kept)
        self.once(True, ["gcc", "main.c"])  # the same has been mended
        self.assertEqual(self.sessions(), [])

    @needs("gcc")
    def test_private(self):
        self.write("main.c", BAD)
        self.once(True, ["gcc", "main.c"])
        folder = os.path.join(self.root, "cache/ldwhy")
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(self.only_capsule()["folder"]).st_mode), 0o700)

    @needs("gcc")
    def test_home_that_cannot_be_written(self):
        self.write("main.c", BAD)
        obstacle = os.path.join(self.root, "file")
        with open(obstacle, "w"):
            pass
        temporary = os.path.join(self.root, "tmp")
        os.mkdir(temporary)
        self.environment.update(XDG_CACHE_HOME=obstacle + "/cache", HOME=obstacle, TMPDIR=temporary)
        self.same(["sh", "-c", "gcc -c main.c && gcc main.o"])
        self.assertTrue(self.only_capsule()["folder"].startswith(temporary))

    @needs("gcc")
    def test_no_place_at_all(self):
        self.write("main.c", BAD)
        obstacle = os.path.join(self.root, "file")
        with open(obstacle, "w"):
            pass
        self.environment.update(XDG_CACHE_HOME=obstacle, HOME=obstacle)
        self.write("b.sh", "unset TMPDIR; gcc -c main.c && gcc main.o\n")
        self.environment["TMPDIR"] = obstacle
        result = self.same(["sh", "b.sh"])
        self.assertEqual(result.returncode, 1)
        with open(self.list) as file:
            self.assertTrue(file.read().startswith("problem "))

    def test_leftovers_of_dead_runs(self):
        self.once(True, ["true"])
        sessions = os.path.join(self.root, "cache/ldwhy/sessions")
        dead = os.path.join(sessions, "0123456789abcdef.run-dead00")
        os.makedirs(dead)
        open(os.path.join(dead, "lock"), "w").close()
        os.utime(dead, (0, 0))
        self.once(True, ["true"])
        self.assertEqual(os.listdir(sessions), [])


if __name__ == "__main__":
    main()
