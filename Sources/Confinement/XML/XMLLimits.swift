import Policy

/// Limits of values that `xml.allow` calls numbers or tokens. libvirt creates every controller
/// below the highest number that a device names, in more than linear time, and QEMU reserves video
/// memory beyond the guest's: without limits one domain could occupy the host.
package enum XMLLimits {
    /// The maximum of each number, by the path of its element; an empty name is the text.
    /// Each row of the allow-list that has a number is here; sizes are limited by the role, too.
    private static let numbers: [String: [String: UInt64]] = [
        "domain/iothreads": ["": 64],
        "domain/os/bootmenu": ["timeout": 65535],
        "domain/os/bios": ["rebootTimeout": 65535],
        "domain/features/hyperv/spinlocks": ["retries": largest],
        "domain/cpu/cache": ["level": 3],
        "domain/cpu/topology": ["sockets": 1024, "dies": 1024, "cores": 1024, "threads": 1024],
        "domain/devices/disk/address": ["controller": 31, "target": 255, "unit": 255],
        "domain/devices/disk/boot": ["order": 255],
        "domain/devices/interface/boot": ["order": 255],
        "domain/devices/interface/portForward/range": ["to": 65535],
        "domain/devices/serial/target": ["port": 31],
        "domain/devices/console/target": ["port": 31],
        "domain/devices/controller": ["index": 31, "ports": 31],
        "domain/devices/controller/master": ["startport": 31],
        "domain/devices/controller/target": ["chassis": 255],
        "domain/devices/video/model": ["vram": 65536, "heads": 16],
        "domain/devices/rng/rate": ["bytes": largest, "period": largest],
        "domain/devices/memballoon/stats": ["period": largest],
        "volume/capacity": ["": UInt64(Int64.max)],
        "volume/allocation": ["": UInt64(Int64.max)],
    ]

    /// The maximum of numbers that affect only the guest itself.
    private static let largest: UInt64 = 1 << 31 - 1

    /// The maximum of a number in a row of the allow-list; an empty name is the text.
    package static func maximum(of name: String, at path: String) -> UInt64? {
        numbers[path]?[name]
    }

    /// The maximum number of devices of a kind, and of all together.
    private static let devices = ["disk": 64, "interface": 32, "video": 1]
    private static let allDevices = 256
    /// The maximum number of elements in any other one, e.g. of features of a CPU: libvirt compares
    /// each with all others.
    private static let allElements = 512

    /// Throws if a value of an element is beyond its limit.
    static func check(_ element: JudgedElement, at path: String) throws(Denial) {
        for (name, maximum) in numbers[path] ?? [:] {
            let value = name.isEmpty ? element.text : element[name]
            guard let value, !value.isEmpty, UInt64(value) ?? .max > maximum else { continue }
            let shown = name.isEmpty ? "'\(element.shown)'" : "'\(name)' of '\(element.shown)'"
            throw Denial(xml: "\(shown) is \(value), but must be at most \(maximum)")
        }
        guard element.children.count <= allElements else {
            throw Denial(xml: "'\(element.shown)' has more than \(allElements) elements")
        }
        switch path {
        case "domain/devices/disk/target": try checkTarget(element)
        case "domain/devices": try checkDevices(element)
        default: break
        }
    }

    /// The letters of a target are a number, too: libvirt derives the controller from it.
    private static func checkTarget(_ target: JudgedElement) throws(Denial) {
        let name = target["dev"] ?? ""
        let letters = ["sd", "vd", "hd", "xvd"].first(where: name.hasPrefix)
            .map { name.dropFirst($0.count) }
        guard let letters, (1...2).contains(letters.count),
            letters.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else {
            throw Denial(
                xml: "'dev' of '\(target.shown)' is '\(name)', but must be sd, vd, hd or xvd, and "
                    + "one or two letters")
        }
    }

    private static func checkDevices(_ devices: JudgedElement) throws(Denial) {
        for (kind, maximum) in Self.devices {
            let count = devices.children.count { $0.name == kind }
            guard count <= maximum else {
                throw Denial(
                    xml: "'\(devices.shown)' has \(count) elements '\(kind)', but at most "
                        + "\(maximum) are granted")
            }
        }
        guard devices.children.count <= allDevices else {
            throw Denial(xml: "'\(devices.shown)' has more than \(allDevices) elements")
        }
    }
}
