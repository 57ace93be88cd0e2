extension InstallOption {
    static let vcpus = InstallOption(
        "vcpus", first: ["vcpu"], sharing: .clearXML,
        table: """
            maxvcpus - call
            cpuset vcpu/@cpuset comma call
            vcpus - call
            sockets cpu/topology/@sockets int
            dies cpu/topology/@dies int
            cores cpu/topology/@cores int
            threads cpu/topology/@threads int
            vcpu - call
            vcpu.current vcpu/@current int
            vcpu.cpuset vcpu/@cpuset comma call
            vcpu.placement|placement vcpu/@placement
            vcpus.vcpu#.id vcpus/vcpu#/@id int
            vcpus.vcpu#.enabled vcpus/vcpu#/@enabled yesno
            vcpus.vcpu#.hotpluggable vcpus/vcpu#/@hotpluggable yesno
            vcpus.vcpu#.order vcpus/vcpu#/@order int
            """)
}
