"""A libvirt host of its own, a client beside it, and what the checks need of both."""
