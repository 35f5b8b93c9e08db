"""Runs hostile tasks and architectures beside innocent cells, whose numbers must be as if they were alone.

Every task or architecture of `TASKS` and `ARCHITECTURES` changes, breaks or ends something that runs share. Each stands
before an innocent task in an experiment that one worker carries out. The command has to end by itself in bounded time,
without a traceback; every innocent run must have the numbers that it has in an experiment without the others, and every
hostile one a record.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from suite.results.agreement import disagreement
from suite.results.record import Record
from suite.results.store import Store

SECONDS = 1500  # for an experiment of a group, on a busy machine
HEAD = """
import atexit, builtins, ctypes, gc, json, locale, logging, math, multiprocessing, os, random, resource, signal, socket
import subprocess, sys, threading, time, warnings
from pathlib import Path
import numpy as np
from suite import Data, Experiment, architecture, task

def made(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(30, 5, 1)).astype("float32")
    pair = (x, x[:, -1, 0])
    return Data(train=pair, validation=pair, test=pair)
"""
TASK = '''
@task("{name}", family="hostile", kind="regression", metric="mse", baseline="zero")
def {name}(seed: int) -> Data:
    """Hostile."""
    data = made(seed)
{code}
    return data
'''
ARCHITECTURE = '''
@architecture("{name}")
def {name}(hp, x, *, units: int, per_step: bool):
    """Hostile."""
    import keras, tensorflow as tf
{code}
    return keras.layers.GRU(units, return_sequences=per_step)(x)
'''
END = """
experiment = Experiment(tasks={tasks}, architectures={architectures}, seeds=1, epochs=1, weights=60, examples=40,
                        hyperparameters={{"depth": 1, "batch_size": 32, "learning_rate": 0.01, "dropout": 0.0}})
"""
TASKS = {
    "float16": "import keras; keras.config.set_floatx('float16')",
    "policy": "import keras; keras.config.set_dtype_policy('mixed_float16')",
    "epsilon": "import keras; keras.config.set_epsilon(0.5)",
    "channels": "import keras; keras.config.set_image_data_format('channels_first')",
    "numpy_raises": "np.seterr(all='raise')",
    "environment": "os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'; os.environ.pop('PATH', 0)",
    "cleared": "os.environ.clear()",
    "zone": "os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()",
    "folder": "os.chdir('/')",
    "gone": "import tempfile; d = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)",
    "umask": "os.umask(0o777)",
    "ignored": "ctypes.CDLL(None).signal(signal.SIGTERM, 1)",
    "language": "locale.setlocale(locale.LC_ALL, 'C'); locale.setlocale(locale.LC_NUMERIC, '')",
    "warns": "warnings.simplefilter('error')",
    "warned": "[warnings.warn(f'w{k}' * 100) for k in range(1000)]",
    "seeded": "random.seed(1); np.random.seed(1); import keras; keras.utils.set_random_seed(1)",
    "path": "sys.path.clear()",
    "modules": "[sys.modules.pop(name) for name in [*sys.modules] if name.startswith(('json', 'csv', 'suite.tasks'))]",
    "logs": "logging.disable(logging.CRITICAL); logging.getLogger().handlers.clear(); logging.basicConfig(level=0)",
    "threads": "[threading.Thread(target=time.sleep, args=(10**6,)).start() for _ in range(5)]",
    "daemons": "[threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start() for _ in range(5)]",
    "children": "[subprocess.Popen(['sleep', '1000'], start_new_session=bool(k)) for k in range(2)]",
    "forks": "os.fork() or (time.sleep(5), os._exit(0))",
    "at_exit": "atexit.register(time.sleep, 5); atexit.register(lambda: 1 / 0)",
    "shallow": "sys.setrecursionlimit(120)",
    "deep": "f = lambda n: n and f(n - 1)\n    f(10**6)",
    "patched": "json.dumps = lambda *a, **k: 'patched'; math.sqrt = lambda x: 0; np.mean = lambda *a, **k: 0",
    "patched_keras": "import keras; keras.ops.matmul = print; keras.optimizers.Adam.__init__ = print",
    "built": "builtins.sum = lambda *a: 7; builtins.open = None",
    "closed": "os.close(0); os.close(1); os.close(2)",
    "closed_all": "os.closerange(3, 40)",
    "opened": "_ = [os.open('/dev/null', os.O_RDONLY) for _ in range(900)]",
    "prints": "print('{\"not\": \"json\"}'); os.write(1, b'raw\\n'); subprocess.run(['echo', 'child'])",
    "prints_much": "print('x' * 10**7); sys.stderr.write('y' * 10**6)",
    "replaced": "sys.stdout = sys.stderr = None",
    "exits": "sys.exit(3)",
    "exits_at_once": "os._exit(7)",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "crashed": "ctypes.string_at(0)",
    "interrupted": "raise KeyboardInterrupt",
    "terminated": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)",
    "message": "raise ValueError('\\ud800\\x1b[2J\\n' * 10**5)",
    "unspeakable": "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
    "memory": "raise MemoryError",
    "greedy": "np.ones(10**15)",
    "generator": "data = (yield data)",
    "nothing": "return None",
    "other": "return {'x': [1]}",
    "shared": "x = data.train[0]; x[:] = 0",
    "read_only": "[a.setflags(write=False) for pair in (data.train, data.test) for a in pair]",
    "registered": "import keras; keras.saving.register_keras_serializable('keras', 'GRU')(type('GRU', (), {}))",
    "custom": "import keras; keras.saving.get_custom_objects().update(GRU=keras.layers.Dense, mse=None)",
    "eager": "import tensorflow as tf; tf.config.run_functions_eagerly(True)",
    "deterministic": "import tensorflow as tf; tf.config.experimental.enable_op_determinism()",
    "checked": "import tensorflow as tf; tf.debugging.enable_check_numerics()",
    "session": "import keras; keras.utils.clear_session(); keras.config.disable_traceback_filtering()",
    "deletes": "[path.unlink() for path in Path('.').glob('*') if path.is_file() and path.suffix != '.py']",
    "collector": "gc.disable(); gc.set_threshold(1)",
    "alarmed": "signal.setitimer(signal.ITIMER_REAL, 1)",
    "limited": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "switched": "sys.setswitchinterval(100); sys.setprofile(lambda *a: None)",
    "times": "time.time = lambda: 0.0; time.monotonic = lambda: 0.0",
    "listens": "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); builtins.kept = s",
}
ARCHITECTURES = {
    "a_policy": "keras.config.set_dtype_policy('mixed_bfloat16')",
    "a_raises": "raise RuntimeError('x' * 10**6)",
    "a_exits": "sys.exit()",
    "a_nan": "x = x * float('nan')",
    "a_other": "return 'no tensor'",
    "a_registered": "keras.saving.get_custom_objects()['Dense'] = keras.layers.Dropout",
    "a_seeds": "keras.utils.set_random_seed(7); tf.random.set_seed(7)",
    "a_eager": "tf.config.run_functions_eagerly(True)",
    "a_prints": "print('<html>' * 10**5)",
    "a_patched": "keras.layers.Dense.call = lambda self, x: x * 0",
}


def main() -> None:
    """Print what is wrong with the runs of each group, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--group", type=int, default=8, help="hostile tasks in one experiment")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", help="these alone, separated by commas")
    chosen = parser.parse_args()
    wanted = chosen.only.split(",") if chosen.only else [*TASKS, *ARCHITECTURES]
    tasks, faults = [name for name in TASKS if name in wanted], []
    with tempfile.TemporaryDirectory() as temporary:
        alone = Reference(Path(temporary) / "alone")
        for first in range(0, len(tasks), chosen.group):
            faults += beside(
                Path(temporary) / f"tasks-{first}", alone, tasks[first : first + chosen.group], [], chosen.workers
            )
        if others := [name for name in ARCHITECTURES if name in wanted]:
            faults += beside(Path(temporary) / "architectures", alone, [], others, chosen.workers)
    print("\n".join(faults))
    print(f"{len(wanted)} hostile tasks and architectures, {len(faults)} faults")


class Reference:
    """The innocent runs as they are without hostile ones."""

    def __init__(self, place: Path):
        self.place, self.made = place, dict[str, Record]()

    def runs(self, tasks: list[str]) -> dict[str, Record]:
        """Return id -> record of the innocent runs of these tasks."""
        if missing := [task for task in tasks if f"{task}/gru/final-000" not in self.made]:
            folder, _, said, _ = carried_out(self.place / f"{len(self.made)}", "", missing, ["gru"], 1)
            self.made |= {record.id: record for record in Store(folder).records()}
            print(said[-200:] if len(self.made) < len(missing) else "", flush=True)
        return {name: record for name, record in self.made.items() if record.task in tasks}


def beside(place: Path, alone: Reference, tasks: list[str], architectures: list[str], workers: int) -> list[str]:
    """Run innocent cells beside hostile tasks or architectures, and return what is wrong."""
    innocent = [f"adding-{length}" for length in range(5, 5 + max(len(tasks), 1))]
    ordered = [name for pair in zip(tasks, innocent, strict=False) for name in pair] or innocent
    code = "".join(TASK.format(name=name, code=f"    {TASKS[name]}") for name in tasks)
    code += "".join(ARCHITECTURE.format(name=name, code=f"    {ARCHITECTURES[name]}") for name in architectures)
    begun = time.monotonic()
    folder, status, said, out = carried_out(place, code, ordered, [*architectures, "gru"], workers)
    found = {record.id: record for record in Store(folder).records()} if folder.is_dir() else {}
    faults = [] if status in (0, 1) else [f"{tasks or architectures}: status {status}: {said[-600:]}"]
    faults += [f"{tasks or architectures}: a traceback: {said[-900:]}"] if "Traceback" in said else []
    faults += [f"{tasks or architectures}: printed {out[:80]!r}"] if out.strip()[:1] not in ("{", "") else []
    for name, record in alone.runs(innocent).items():
        if name not in found:
            faults.append(f"{name} beside {tasks or architectures}: no record")
        elif found[name].changed or disagreement(record, found[name]):
            one = found[name]
            faults.append(f"{name}: {one.status} {one.changed} {one.error} {disagreement(record, one)}")
    cells = [f"{task}/gru" for task in tasks] or [f"{task}/{name}" for task in innocent for name in architectures]
    for cell in cells:
        one = found.get(f"{cell}/final-000")
        print(f"{cell}: {one and one.status} {one and one.changed} {one and one.error and one.error[:90]}", flush=True)
        faults += [] if one else [f"{cell}: no record"]
    print(f"{time.monotonic() - begun:.0f} s, status {status}", flush=True)
    return faults


def carried_out(
    place: Path, code: str, tasks: list[str], architectures: list[str], workers: int
) -> tuple[Path, int, str, str]:
    """Run an experiment; return its folder, status, and what it said on standard error and standard output."""
    place.mkdir(parents=True)
    (place / "study.py").write_text(HEAD + code + END.format(tasks=tasks, architectures=architectures))
    command = [sys.executable, "-m", "suite", "run", "study.py", "--workers", f"{workers}", "--no-report", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True, "text": True}
    process = subprocess.Popen(command, cwd=place, **pipes)
    try:
        out, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        out, said = "", "it did not end"
    with contextlib.suppress(ProcessLookupError):  # children that a task left behind hold the pipes
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return place / "results" / "study", process.returncode, said, out


if __name__ == "__main__":
    main()
