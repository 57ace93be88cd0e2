# For GNU make. `make demo` and `make check` install everything they need; see CONTRIBUTING.md.

PREFIX ?= /usr/local
bindir = $(PREFIX)/bin
sbindir = $(PREFIX)/sbin
mandir = $(PREFIX)/share/man
docdir = $(PREFIX)/share/doc/atex-virt-helper
completiondir = $(PREFIX)/share/bash-completion/completions
# The folders of contrib/ with examples, which atex-virt-helper-setup reads and administrators copy.
sharedir = $(PREFIX)/share/atex-virt-helper
SHARED = sshd_config.d sudoers.d policy libvirt host

DIST ?= dist

SWIFT ?= swift
STRIP ?= strip

# The program under test. With `make demo HELPER=/path` another program is tested, and not built.
HELPER ?= .build/release/atex-virt-helper
BUILT = $(if $(filter file,$(origin HELPER)),build)

BUILD_PACKAGES = pkg-config libvirt-dev libxml2-dev libpcre2-dev libgnutls28-dev \
	libcurl4-gnutls-dev
CHECK_PACKAGES = libvirt-daemon-system libvirt-clients libxml2-utils mandoc openssh-server \
	qemu-system-x86 qemu-utils shellcheck socat sudo e2fsprogs xfsprogs rsync gcc \
	libc6-dev libarchive13 osinfo-db xorriso
PACKAGE_TOOLS = build-essential dpkg-dev debhelper lintian rpm
E2E_PACKAGES = $(wildcard Tests/EndToEnd/packages.txt)

# For each target of `make fuzz`. The default makes an hour in total on two processors.
FUZZ_SECONDS ?= 720
# How long `make soak` takes: 20 minutes.
SOAK_SECONDS ?= 1200

.PHONY: all build demo check check-unit check-protocol check-transcripts check-contrib check-e2e \
	check-fuzz fuzz bench soak install uninstall deb rpm format lint clean \
	build-packages check-packages package-tools
# Run targets one by one, even with -j: two builds in one directory would wait for each other, and
# the tests share the libvirt daemon of this machine.
.NOTPARALLEL:

all: build

# Does not install the libraries that the compiler needs: `make build-packages` does. Without the
# rpath, the program does not look for libraries beside itself.
build:
	$(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath --product atex-virt-helper

demo: build-packages $(BUILT)
	Tests/Demo/run --helper '$(HELPER)'

check: check-packages check-unit $(BUILT) check-protocol check-transcripts check-contrib check-fuzz \
	check-e2e

# Not in parallel: libvirt's last error, which virsh prints at the end of its output, is shared by
# the whole process.
check-unit:
	$(SWIFT) test --no-parallel

check-protocol: $(BUILT)
	Tests/Protocol/run --helper '$(HELPER)'

# Compares the recordings of virsh and virt-install with the release program. (The Swift tests
# compare them with the debug build.)
check-transcripts: $(BUILT)
	Tests/Transcripts/run --helper '$(HELPER)'

check-contrib:
	Tests/Contrib/run --helper '$(HELPER)'

check-e2e: $(BUILT)
	Tests/EndToEnd/run --helper '$(HELPER)'

# Builds with coverage counters in .build/fuzz, and fuzzes what reads bytes of clients and guests.
fuzz: build-packages
	Tests/Fuzz/run $(FUZZ_SECONDS)

# A short run of each target, which starts with the inputs in Tests/Fuzz/Corpus.
check-fuzz: build-packages
	Tests/Fuzz/run 15

bench: check-packages $(BUILT)
	Tests/Benchmark/run --helper '$(HELPER)'

# Reservations, kills and restarts of libvirtd on a private host; nothing may be lost or double.
soak: check-packages $(BUILT)
	Tests/Soak/run --helper '$(HELPER)' --seconds $(SOAK_SECONDS)

# Never builds: sudo may not find Swift, and only root could remove what root built.
# The examples, scripts and manual pages contain /usr/local; the installed copies contain PREFIX.
install:
	@test -x '$(HELPER)' || { echo "$(HELPER) does not exist: run 'make build' first" >&2; exit 1; }
	install -d '$(DESTDIR)$(bindir)'
	install -m 755 -s --strip-program='$(STRIP)' '$(HELPER)' '$(DESTDIR)$(bindir)/atex-virt-helper'
	install -d '$(DESTDIR)$(docdir)'
	ln -sfn ../../atex-virt-helper '$(DESTDIR)$(docdir)/examples'
	set -e; put() { \
	    install -d "$$2"; \
	    sed 's|/usr/local/|$(PREFIX)/|g' "$$1" >"$$2/$${1##*/}"; \
	    if [ -x "$$1" ]; then chmod 755 "$$2/$${1##*/}"; else chmod 644 "$$2/$${1##*/}"; fi; \
	}; \
	for file in LICENSE README.md CHANGELOG.md; do put "$$file" '$(DESTDIR)$(docdir)'; done; \
	for page in man/*.[1-9]; do put "$$page" "$(DESTDIR)$(mandir)/man$${page##*.}"; done; \
	for dir in $(SHARED); do \
	    for file in contrib/$$dir/*; do put "$$file" "$(DESTDIR)$(sharedir)/$$dir"; done; \
	done; \
	put contrib/atex-virt-helper-setup '$(DESTDIR)$(sbindir)'; \
	put contrib/completion/atex-virt-helper '$(DESTDIR)$(completiondir)'; \
	ln -sf atex-virt-helper '$(DESTDIR)$(completiondir)/atex-virt-helper-setup'; \
	put contrib/packaging/sysusers.d/atex-virt-helper.conf '$(DESTDIR)$(PREFIX)/lib/sysusers.d'; \
	put contrib/packaging/tmpfiles.d/atex-virt-helper.conf '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d'

# Removes the files of `make install` with the same PREFIX and DESTDIR. Does not undo the changes of
# atex-virt-helper-setup: run its --undo first.
uninstall:
	rm -f '$(DESTDIR)$(bindir)/atex-virt-helper' '$(DESTDIR)$(sbindir)/atex-virt-helper-setup' \
	    '$(DESTDIR)$(completiondir)/atex-virt-helper' \
	    '$(DESTDIR)$(completiondir)/atex-virt-helper-setup' \
	    '$(DESTDIR)$(PREFIX)/lib/sysusers.d/atex-virt-helper.conf' \
	    '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/atex-virt-helper.conf'
	for page in man/*.[1-9]; do \
	    rm -f "$(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}"; \
	done
	rm -rf '$(DESTDIR)$(sharedir)' '$(DESTDIR)$(docdir)'

# Build packages of $(HELPER) in dist/. They do not need root.
deb: package-tools $(BUILT)
	contrib/packaging/build-deb '$(HELPER)' '$(DIST)'

rpm: package-tools $(BUILT)
	contrib/packaging/build-rpm '$(HELPER)' '$(DIST)'

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build dist

build-packages:
	@contrib/install-packages $(BUILD_PACKAGES)

check-packages:
	@contrib/install-packages $(BUILD_PACKAGES) $(CHECK_PACKAGES) $(PACKAGE_TOOLS) --from $(E2E_PACKAGES)

package-tools:
	@contrib/install-packages $(PACKAGE_TOOLS)
