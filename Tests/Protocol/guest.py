"""Domains whose forwards lead to servers of the test's own, which play the guest."""

import contextlib
import socket
import threading

# Without <backend type='passt'/>: not every libvirt's test driver knows it.
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
    A server on a port of its own. `serve` gets each connection; without one, the connection is
    closed at once, as passt does while nobody listens in the guest.
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
    """A guest that says something and waits for the other side to leave."""
    def serve(connection):
        connection.sendall(text)
        while connection.recv(4096):
            pass

    return serve


def echoes(connection):
    """A guest that sends back what it gets, and ends when the other side has."""
    while data := connection.recv(1 << 16):
        connection.sendall(data)
