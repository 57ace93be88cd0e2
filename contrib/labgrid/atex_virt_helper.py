"""labgrid's driver and strategy for the domains that `exporter`, beside this file, exports.

README.md explains how to use them; env.yaml is an example. They call the helper by ssh from this
machine, so its user needs access to the hosts.

  ATEX_SSH  the command that stands before a host (default: ssh -o BatchMode=yes -o
            ConnectTimeout=10)
"""
# SPDX-License-Identifier: Apache-2.0

import enum
import os
import shlex
import subprocess

import attr
from labgrid import step, target_factory
from labgrid.driver import Driver, ExecutionError
from labgrid.protocol import PowerProtocol, ResetProtocol
from labgrid.strategy import Strategy, StrategyError

SSH = shlex.split(os.environ.get("ATEX_SSH", "ssh -o BatchMode=yes -o ConnectTimeout=10"))


@target_factory.reg_driver
@attr.s(eq=False)
class AtexVirtDriver(Driver, PowerProtocol, ResetProtocol):
    """Power and the disk of a domain.

    Args:
        pool (str): the storage pool of the domain's disk and of the images
    """
    bindings = {"guest": "NetworkService"}
    pool = attr.ib(default="default", validator=attr.validators.instance_of(str))

    @Driver.check_active
    @step()
    def on(self):
        if not self._is_on():
            self._virsh("start")

    @Driver.check_active
    @step()
    def off(self):
        if self._is_on():
            self._virsh("destroy")

    @Driver.check_active
    @step()
    def cycle(self):
        self.off()
        self.on()

    @Driver.check_active
    @step()
    def reset(self):
        self._virsh("reset")

    @Driver.check_active
    @step()
    def get(self):
        return self._is_on()

    @Driver.check_active
    @step(args=["image"])
    def write_image(self, image):
        """Stops the domain and copies the volume `image` of the pool over its disk."""
        self.off()
        # `force`: the domain is reserved for the exporter's session.
        self._helper("copy-volume", f"pool={self.pool}", f"from={image}",
                     f"to_domain={self._domain}", "force=true", "progress=false")

    @Driver.check_active
    @step(args=["timeout"])
    def wait(self, timeout):
        """Waits until the ssh server of the guest answers, for at most `timeout` seconds."""
        self._helper("wait-port", f"domain={self._domain}", "port=22", f"timeout={timeout}")

    @property
    def _domain(self):
        return self.guest.extra["atex_domain"]

    def _is_on(self):
        return self._virsh("domstate").strip() != "shut off"

    def _virsh(self, command):
        return self._helper("virsh", command, self._domain)

    def _helper(self, *words):
        host = self.guest.extra["atex_host"]
        # The name comes from the coordinator: it must not be an option of ssh.
        done = subprocess.run([*SSH, "--", host, shlex.join(words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise ExecutionError(f"{host}: {shlex.join(words)}: {done.stderr.strip()}")
        return done.stdout


class Status(enum.Enum):
    unknown = 0
    off = 1
    shell = 2


@target_factory.reg_driver
@attr.s(eq=False)
class AtexVirtStrategy(Strategy):
    """The states `off` and `shell`: a fresh guest that can be reached by ssh.

    Args:
        image (str): the volume that the guest boots a copy of; without it the disk stays as it is
        timeout (int): how long the guest may take to boot, in seconds
    """
    bindings = {"guest": "AtexVirtDriver", "ssh": "SSHDriver"}
    image = attr.ib(default=None,
                    validator=attr.validators.optional(attr.validators.instance_of(str)))
    timeout = attr.ib(default=300, validator=attr.validators.instance_of(int))
    status = attr.ib(default=Status.unknown)

    @step(args=["status"])
    def transition(self, status, *, step):
        status = self._known(status)
        if status == self.status:
            step.skip("nothing to do")
            return
        # until all steps have succeeded
        self.status = Status.unknown
        self.target.deactivate(self.ssh)
        self.target.activate(self.guest)
        self.guest.off()
        if status == Status.shell:
            if self.image is not None:
                self.guest.write_image(self.image)
            self.guest.on()
            self.guest.wait(self.timeout)
            self.target.activate(self.ssh)
        self.status = status

    @step(args=["status"])
    def force(self, status):
        status = self._known(status)
        self.target.activate(self.guest)
        if status == Status.shell:
            self.target.activate(self.ssh)
        self.status = status

    @staticmethod
    def _known(status):
        if isinstance(status, Status):
            found = status
        else:
            found = Status.__members__.get(status)
        if found in (None, Status.unknown):
            raise StrategyError(f"there is no state '{status}'; the states are 'off' and 'shell'")
        return found
