"""Domains with forwards to servers in the test process, which stand for the guest."""

import contextlib
import socket
import threading

# Without <backend type='passt'/>: older test drivers reject it.
FORWARD = """<devices><interface type='user'><mac address='52:54:00:00:00:01'/>
  {forwards}</interface>{more}</devices>"""


def devices(*forwards, more=""):
    """The XML of a passt interface with portForwards."""
    return FORWARD.format(forwards="".join(forwards), more=more)


def forward(*ranges, proto="tcp", **attributes):
    """A portForward; each range is a dict of attributes."""
    def text(given):
        return "".join(f" {name}='{value}'" for name, value in given.items())

    return (f"<portForward proto='{proto}'{text(attributes)}>"
            + "".join(f"<range{text(given)}/>" for given in ranges) + "</portForward>")


class Guest:
    """
    A server on a free port. `serve` handles each connection; if it is None, each connection is
    closed at once, as passt does while the guest does not listen.
    """

    def __init__(self, serve=None):
        self.serve = serve
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection, contextlib.suppress(OSError):
            if self.serve is not None:
                self.serve(connection)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def says(text):
    """Sends the text and waits until the peer closes the connection."""
    def serve(connection):
        connection.sendall(text)
        while connection.recv(4096):
            pass

    return serve


def echoes(connection):
    """Sends all input back; closes after the peer has closed."""
    while data := connection.recv(1 << 16):
        connection.sendall(data)
