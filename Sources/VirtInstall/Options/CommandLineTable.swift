/// Every option of virt-install 4.1.0 in its order: strings, name, marks, and what help says; the
/// other lines are titles. Marks: `flag` takes no value, `optional` may stand without (and means
/// `=constant` then), `list` may be repeated, `exclusive` stands alone among its like.
let commandLineTable = """
    Options
    -h/--help help flag : show this text and end
    --version version flag : show the version of virt-install whose options these are, and end
    --connect connect : the libvirt URI to connect to
    General Options
    -n/--name name : the name of the new guest
    --memory memory list : its memory, in MiB; e.g. 1024 or memory=1024,currentMemory=512
    -r/--ram ram int hidden
    --vcpus vcpus list : its virtual CPUs; e.g. 5 or 5,maxvcpus=10,cpuset=1-4 or sockets=2,cores=4
    --cpu cpu list : its CPU model and features; e.g. host-passthrough or coreduo,+x2apic
    --check-cpu check-cpu flag hidden
    --cpuset cpuset hidden
    --metadata metadata list : name, title, uuid, description; e.g. name=vm1,title="A guest"
    --xml xml list : a change of the finished XML; e.g. ./cpu/@mode=host-passthrough or xpath.delete=./clock
    -u/--uuid uuid hidden
    --description description hidden
    Installation Method Options
    -c c hidden
    --cdrom cdrom : an image or a drive to install from
    -l/--location location : where an installation tree or an ISO image is; e.g. https://host/tree
    --pxe pxe flag : install over the network with PXE
    --import import flag : make the guest from a disk that has a system, without an installation
    --livecd livecd flag hidden
    -x/--extra-args extra-args list : more arguments for the kernel of --location
    --initrd-inject initrd-inject list : a file to add to the initrd of --location
    --unattended unattended optional : install without questions, from data of the operating system
    --install install : details of the installation; e.g. kernel=PATH,initrd=PATH
    --reinstall reinstall : install an existing guest anew; options of the guest are ignored
    --cloud-init cloud-init optional : start a cloud image with data for cloud-init
    --test-media-detection test-media-detection hidden
    --test-stub-command test-stub-command flag hidden
    --boot boot list : how it boots; e.g. hd,cdrom,menu=on or firmware=efi
    --idmap idmap list : users and groups of a container; e.g. uid.start=0,uid.target=1000,uid.count=10
    --init init hidden
    OS Options
    --os-variant/--osinfo os-variant : the operating system; e.g. fedora29, or list for all names
    --os-type os-type-old hidden
    Device Options
    --disk disk list : a disk; e.g. size=10 or /images/a.qcow2,cache=none or device=cdrom or none
    -w/--network network list : a network interface; e.g. network=default,model=virtio or bridge=br0 or none
    --graphics graphics list : a display; e.g. vnc,port=5901,listen=0.0.0.0 or spice or none
    --controller controller list : a controller; e.g. type=usb,model=qemu-xhci
    --input input list : an input device; e.g. tablet or keyboard,bus=usb
    --serial serial list : a serial port
    --parallel parallel list : a parallel port
    --channel channel list : a channel between guest and host
    --console console list : a text console
    --hostdev hostdev list : a PCI, USB or other device of the host to hand over
    --host-device hostdev list hidden
    --filesystem filesystem list : a folder of the host; e.g. /src,/mount/tag
    --sound sound list optional : a sound card
    --soundhw sound list hidden
    --audio audio list : where sound goes on the host
    --watchdog watchdog list : a watchdog
    --video video list : a video card
    --smartcard smartcard list : a smartcard; e.g. mode=passthrough
    --redirdev redirdev list : a redirected device; e.g. usb,type=tcp,server=192.0.2.1:4000
    --memballoon memballoon list : a memory balloon; e.g. model=virtio
    --tpm tpm list : a TPM; e.g. /dev/tpm
    --rng rng list : a source of random numbers; e.g. /dev/urandom
    --panic panic list : a panic notifier; e.g. default
    --shmem shmem list : shared memory; e.g. name=shmem0
    --memdev memdev list : a memory module; e.g. dimm,target.size=1024
    --vsock vsock list : a vsock; e.g. cid.auto=yes
    --iommu iommu list : an IOMMU; e.g. model=intel,driver.aw_bits=48
    -f/--file file list hidden
    -s/--file-size file-size list float hidden
    --nonsparse nonsparse flag hidden
    --nodisks nodisks flag hidden
    --nonetworks nonetworks flag hidden
    -b/--bridge bridge list hidden
    -m/--mac mac list hidden
    --vnc vnc flag hidden
    --vncport vncport int hidden
    --vnclisten vnclisten hidden
    -k/--keymap keymap hidden
    --sdl sdl flag hidden
    --nographics nographics flag hidden
    Guest Configuration Options
    --iothreads iothreads list : I/O threads
    --seclabel/--security seclabel list : security labels of the guest
    --keywrap keywrap list : S390 key wrapping
    --cputune cputune list : tuning of CPUs
    --numatune numatune list : NUMA placement
    --memtune memtune list : limits of memory
    --blkiotune blkiotune list : limits of block devices
    --memorybacking memorybacking list : how memory is backed; e.g. hugepages=on
    --features features list : hypervisor features; e.g. acpi=off or apic=on,apic.eoi=on
    --clock clock list : clock and timers; e.g. offset=localtime,rtc_tickpolicy=catchup
    --pm pm list : power management
    --events events list : what happens at shutdown, reboot, crash
    --resource resource list : partition of resources (cgroups)
    --sysinfo sysinfo list : SMBIOS data; e.g. host or bios.vendor=V,bios.version=1
    --qemu-commandline qemu-commandline list : arguments for QEMU itself; e.g. '-display gtk,gl=on' or env=NAME=VALUE
    --launchSecurity/--launchsecurity launchSecurity list : encrypted memory; e.g. sev
    Virtualization Platform Options
    -v/--hvm os-type flag =hvm exclusive : a fully virtualized guest
    -p/--paravirt os-type flag =xen exclusive : a paravirtualized guest
    --container os-type flag =exe exclusive : a container
    --virt-type virt-type : the kind of hypervisor (kvm, qemu, xen, ...)
    --arch arch : the CPU architecture
    --machine machine : the machine type
    --accelerate accelerate flag hidden
    --noapic noapic flag hidden
    --noacpi noacpi flag hidden
    Miscellaneous Options
    --autostart autostart flag : start the guest with the host
    --transient transient flag : make a guest that is gone once it stops
    --destroy-on-exit destroy-on-exit flag : destroy the guest when virt-install ends
    --wait wait optional =-1 int : how many minutes to wait for the end of the installation
    --prompt prompt flag hidden
    --force force flag hidden
    --autoconsole autoconsole : the console to show: text, graphical, none
    --noautoconsole autoconsole flag =none : the console to show: text, graphical, none
    --noreboot noreboot flag : do not start the guest after the installation
    --print-xml print-xml optional =all : print the XML (of step 1, 2 or all) instead of making the guest
    --print-step print-step hidden
    --dry-run dry-run flag : do all but making the guest and its disks
    --check check list : switch a check off or on; e.g. path_in_use=off or all=off
    -q/--quiet quiet flag : print only errors
    -d/--debug debug flag : print more
    """
