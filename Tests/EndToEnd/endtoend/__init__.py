"""A libvirt test host, its client, and what the checks use of both."""
