extension InstallOption {
    static let vcpus = InstallOption(
        "vcpus", first: ["vcpu"], sharing: .clearXML, prepare: prepareVCPUs, take: takeVCPUs,
        table: """
            maxvcpus - call
            cpuset vcpu/@cpuset comma call
            vcpus - call
            sockets cpu/topology/@sockets int
            dies cpu/topology/@dies int
            cores cpu/topology/@cores int
            threads cpu/topology/@threads int
            vcpu vcpu int call
            vcpu.current vcpu/@current int
            vcpu.cpuset vcpu/@cpuset comma call
            vcpu.placement|placement vcpu/@placement
            vcpus.vcpu#.id vcpus/vcpu#/@id int
            vcpus.vcpu#.enabled vcpus/vcpu#/@enabled yesno
            vcpus.vcpu#.hotpluggable vcpus/vcpu#/@hotpluggable yesno
            vcpus.vcpu#.order vcpus/vcpu#/@order int
            """)
}

/// Old and new names mean different things, as with memory.
private func prepareVCPUs(_ run: OptionRun) throws -> Bool {
    run.given.move("cpuset", to: "vcpu.cpuset")
    run.given.move("vcpus", to: "vcpu")
    let hasMaximum = run.given.has("maxvcpus")
    if run.given.has("vcpu.current") {
        if hasMaximum { run.given.move("maxvcpus", to: "vcpu") }
    } else if hasMaximum {
        run.given.move("vcpu", to: "vcpu.current")
        run.given.move("maxvcpus", to: "vcpu")
    }
    return true
}

private func takeVCPUs(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    switch row.names[0] {
    case "vcpu":
        let text = try value.map { String(try decimal($0)) }
        if let text, let count = Int(text), let current = run.guest.number("vcpu/@current"),
            current > count
        {
            run.set("vcpu/@current", text)
        }
        run.set(row, text)
    case "vcpu.cpuset":
        if value == "auto" { run.set("vcpu/@placement", "auto") } else { run.set(row, value) }
    default: break
    }
}
