"""A libvirt daemon that only lists domains, and that can freeze, die and come back.

It speaks libvirt's protocol on a socket of its own: `uri` for the helper. So a test needs no
libvirtd, and can make the daemon fail at any moment.
"""

import pathlib
import socket
import struct
import threading
import uuid

# Remote and QEMU; keepalive has a program of its own.
PROGRAMS = (0x20008086, 0x20008087)
REPLY = 1
# `REMOTE_PROC_`... in remote_protocol.x of libvirt 9.0.0. A call of a feature says that it has it.
CLOSE, LOOKUP_BY_NAME, LOOKUP_BY_UUID, AUTH_LIST, LIST_ALL_DOMAINS = 2, 23, 24, 66, 273


def text(value):
    data = value.encode()
    return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)


class FakeDaemon:
    def __init__(self, folder, *domains):
        self.path = pathlib.Path(folder) / "s"
        self.uri = f"qemu+unix:///system?socket={self.path}"
        self.domains = domains
        self.answers = threading.Event()
        self.answers.set()
        self.opened = 0
        # The connections that are open, by the number of their opening.
        self.connections = {}
        self.lock = threading.Lock()
        # How many connections die at their next request.
        self.deaths = 0
        self.start()

    def start(self):
        self.path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(self.path))
        self.path.chmod(0o777)
        self.socket.listen(100)
        threading.Thread(target=self.accept, args=(self.socket,), daemon=True).start()

    def stop(self):
        """As SIGKILL: its socket stays and refuses connections."""
        if self.socket.fileno() >= 0:
            # It wakes the thread in accept, which close does not.
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
        for connection in list(self.connections.values()):
            connection.shutdown(socket.SHUT_RDWR)
        self.answers.set()

    def freeze(self):
        """As SIGSTOP: the kernel still accepts connections."""
        self.answers.clear()

    def thaw(self):
        self.answers.set()

    def accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self.lock:
                self.opened += 1
                self.connections[self.opened] = connection
                threading.Thread(
                    target=self.serve, args=(connection, self.opened), daemon=True).start()

    def serve(self, connection, number):
        try:
            while header := self.read(connection, 4):
                length, = struct.unpack(">I", header)
                packet = self.read(connection, length - 4)
                self.answers.wait()
                program, version, procedure, kind, serial, _ = struct.unpack(
                    ">IIiiIi", packet[:24])
                if program not in PROGRAMS:
                    continue  # a ping, which has no reply of this form
                with self.lock:
                    dies = procedure == LIST_ALL_DOMAINS and self.deaths > 0
                    self.deaths -= dies
                if dies:
                    return
                body = self.reply(procedure, packet[24:])
                connection.sendall(
                    struct.pack(">IIIiiIi", 28 + len(body), program, version, procedure, REPLY,
                                serial, 0) + body)
                if procedure == CLOSE:
                    return
        except OSError:
            pass
        finally:
            with self.lock:
                del self.connections[number]
            connection.close()

    def read(self, connection, count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                return b""
            data += part
        return data

    def reply(self, procedure, arguments):
        if procedure == AUTH_LIST:
            return struct.pack(">Ii", 1, 0)  # one method: none
        if procedure == LIST_ALL_DOMAINS:
            return (struct.pack(">I", len(self.domains)) + b"".join(map(domain, self.domains))
                    + struct.pack(">i", len(self.domains)))
        if procedure in (LOOKUP_BY_NAME, LOOKUP_BY_UUID):
            return domain(self.domains[0])
        # An ID, for what registers a callback; other replies are empty, and then it is ignored.
        return struct.pack(">i", 1)


def domain(name):
    """A domain that is shut off: name, UUID, ID."""
    return text(name) + uuid.uuid5(uuid.NAMESPACE_DNS, name).bytes + struct.pack(">i", -1)
