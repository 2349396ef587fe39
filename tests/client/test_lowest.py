"""The client on the oldest versions that its metadata admits: commands, importers, retries.

In an environment of its own, so that nothing newer helps; `make lowest` runs more of the tests so.
"""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from zstandard import ZstdCompressor

from locks.wheels import pins_of
from tests.client.live import GUESSER, HUMBLE, Live
from tests.client.ran import jsonl
from tests.conftest import absent
from tests.ports import free_port
from tests.waiting import CEILING

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "client" / "requirements-lowest.txt"
WAITS = """
import asyncio, candor_client, stamina, stamina.instrumentation
from candor_client.errors import ServerFault
from candor_client.http.retries import Backoff, Patience

waits = []
stamina.instrumentation.set_on_retry_hooks([lambda details: waits.append(details.wait_for)])
patience = Patience(attempts=3, seconds=30, first_wait=0.01, longest_wait=0.01)
try:
    for attempt in stamina.retry_context(Backoff(patience), attempts=3, timeout=None):
        with attempt:
            raise ServerFault(503, {}, retry_after=0.3)
except ServerFault:
    pass
assert len(waits) == 2 and all(0.3 <= wait < 0.31 for wait in waits), waits

async def read():
    async with candor_client.AsyncClient() as client:
        return [one["slug"] for one in await client.benchmarks()]

assert "lowest" in asyncio.run(read())
"""


@pytest.fixture(scope="module")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the client and the oldest versions of what it needs."""
    if named := os.environ.get("CANDOR_CLIENT_PYTHON"):
        return Path(named)
    folder = tmp_path_factory.mktemp("lowest")
    uv, python = str(Path(sys.executable).parent / "uv"), folder / "venv" / "bin" / "python"
    steps = (
        ["venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
        ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(LOCK)],
    )
    for step in steps:
        done = subprocess.run([uv, *step], capture_output=True, text=True, check=False)
        if done.returncode:
            absent("a package index")
    install = [uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps"]
    editable = [*install, "--no-build-isolation", "--editable", str(ROOT / "client")]
    subprocess.run(editable, check=True)
    return python


def eval_log(path: Path) -> Path:
    """A small Inspect log, its members packed with Zstandard (method 93) as Inspect packs them."""
    score = {"value": "C", "answer": "Lima", "metadata": {"confidence": 0.9}}
    sample = {"id": "peru", "epoch": 1, "input": "?", "target": "Lima", "scores": {"match": score}}
    header = {"version": 2, "status": "success", "plan": {}, "eval": {"task": "t", "model": "m/x"}}
    held = io.BytesIO()
    members = {"header.json": header, "samples/peru_epoch_1.json": sample}
    sizes = {name: len(json.dumps(value).encode()) for name, value in members.items()}
    with zipfile.ZipFile(held, "w") as archive:
        for name, value in members.items():
            packed = ZstdCompressor().compress(json.dumps(value).encode())
            archive.writestr(zipfile.ZipInfo(name), packed)
        infos = {info.filename: info.header_offset for info in archive.infolist()}
    content = bytearray(held.getvalue())
    for name, offset in infos.items():
        struct.pack_into("<H", content, offset + 8, 93)
        struct.pack_into("<I", content, offset + 22, sizes[name])
        entry = content.index(b"PK\x01\x02")  # of the central directory, where each has a second
        while content[entry + 46 : entry + 46 + len(name)] != name.encode():
            entry = content.index(b"PK\x01\x02", entry + 4)
        struct.pack_into("<H", content, entry + 10, 93)
        struct.pack_into("<I", content, entry + 24, sizes[name])
    path.write_bytes(bytes(content))
    return path


def test_the_oldest_versions_carry_the_whole_client(
    live: Live, lowest: Path, tmp_path: Path
) -> None:
    def run(*words: object, code: int = 0, **more: str) -> str:
        done = subprocess.run(
            [str(lowest), *map(str, words)],
            env=live.environment(tmp_path, PYTHONPATH="", **more),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=CEILING,
        )
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    client = ("-m", "candor_client")
    pins = {pin.name: pin.version for pin in pins_of(LOCK.read_text())}
    names = ("httpx2", "rich", "stamina", "typer", "zstandard")
    ask = "import sys\nfrom importlib.metadata import version\nprint(*map(version, sys.argv[1:]))"
    assert run("-c", ask, *names).split() == [pins[name] for name in names]

    run(*client, "--help")
    run(*client, "push", "--help")
    questions = tmp_path / "questions.csv"
    rows = [f"q{n},Question {n}?,a{n}\n" for n in range(10)]
    questions.write_text("key,question,accepted\n" + "".join(rows))
    run(*client, "publish", questions, "--slug", "lowest")
    eager, humble = jsonl(tmp_path / "a.jsonl", GUESSER), jsonl(tmp_path / "b.jsonl", HUMBLE)
    run(*client, "submit", "lowest", eager, "--model", "eager", "--tag", "x")
    run(*client, "push", humble, "--benchmark", "lowest", "--model", "humble")
    assert "humble" in run(*client, "leaderboard", "lowest", "-t", "0.75")
    gated = ("gate", humble, "--baseline", "eager", "-b", "lowest", "-t", "0.75", "--max-loss", "2")
    assert "per 100" in run(*client, *gated, code=6).lower()
    log = eval_log(tmp_path / "run.eval")
    assert '"correct": 1' in run(*client, "push", log, "--dry-run", "--json")
    nobody = f"http://127.0.0.1:{free_port()}"
    script = (
        "import candor_client\nfrom candor_client import Client, Patience\n"
        "client = Client(patience=Patience(attempts=2, seconds=5, longest_wait=0.1))\n"
        "try:\n    client.submit('lowest', [{'item': 'q1', 'abstained': True}], model='later')\n"
        "except candor_client.Kept as kept:\n    print(kept)\n"
    )
    assert "Kept in" in run("-c", script, CANDOR_URL=nobody)
    assert "elsewhere" in run(*client, "flush")
    run("-W", "error", "-c", WAITS)
