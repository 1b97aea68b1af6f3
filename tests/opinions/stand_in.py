"""A stand-in for a model's server: a real one on a local socket, which answers as a test wants."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
TASK = re.compile(r"^(\d+\.\d+)　(.*)$", re.MULTILINE)
SHOWN = re.compile(r"^［第(\d+)条］(.*)$", re.MULTILINE)


@dataclass
class Answer:
    """What the server does with one request. `cut`: it closes the connection after so many bytes of the answer."""

    payload: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: int | None = None


Reader = Callable[[Body], Answer]


@dataclass
class StandIn:
    """The running server: its address, and the requests that it got."""

    url: str
    reader: Reader
    requests: list[Body] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(reader: Reader) -> Iterator[StandIn]:
    """Serve on a free port of this machine until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.requests.append(body)
            made.keys.append(self.headers.get("Authorization"))
            answer = made.reader(body)
            if answer.wait:
                made.released.wait(answer.wait)
            data = answer.payload if isinstance(answer.payload, bytes) else json.dumps(answer.payload).encode()
            try:
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data[: answer.cut])
            except OSError:
                # Whoever asked has gone.
                pass
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = StandIn(f"http://127.0.0.1:{server.server_address[1]}/v1", reader)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def question_of(body: Body) -> tuple[dict[str, str], dict[int, str]]:
    """The tasks and the lower items of a question, as a reader of the prompt sees them."""
    text = body["messages"][1]["content"]
    _, _, asked = text.rpartition("请判断")
    return dict(TASK.findall(asked)), {int(number): shown for number, shown in SHOWN.findall(text)}


def chat_answer(content: object, *, model: str = "stand-in", finish: str = "stop", refusal: str | None = None) -> Body:
    """An answer of the chat interface."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {"model": model, "choices": [choice], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}


def sheet(**said: tuple[str, list[tuple[int, str]]]) -> Body:
    """An answer by tasks: verdict and (item, quotation)s; `t8_4` is task 8.4."""
    return {
        "answers": [
            {
                "task": name[1:].replace("_", "."),
                "evidence": [{"item": item, "quote": quote} for item, quote in quotes],
                "reason": "理由",
                "verdict": verdict,
            }
            for name, (verdict, quotes) in said.items()
        ]
    }


def none_of(body: Body) -> Answer:
    """A reader who finds nothing anywhere."""
    tasks, _ = question_of(body)
    return Answer(chat_answer(sheet(**{f"t{name.replace('.', '_')}": ("none", []) for name in tasks})))


def obedient(order: str) -> Reader:
    """A reader who does what the plan tells him: wherever he reads the order, all is carried out, and that is his evidence."""

    def answer(body: Body) -> Answer:
        tasks, shown = question_of(body)
        where = next((number for number, text in shown.items() if order in text), None)
        if where is None:
            return none_of(body)
        return Answer(
            chat_answer(sheet(**{f"t{name.replace('.', '_')}": ("full", [(where, order)]) for name in tasks}))
        )

    return answer
