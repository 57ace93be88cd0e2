import CLibvirt

/// A named value with one of several C types, e.g. `cpu_shares` 1024. C: `virTypedParameter`.
package struct TypedParameter: Sendable {
    /// C: `virTypedParameterType`.
    package enum Value: Hashable, Sendable {
        case int32(Int32)
        case uint32(UInt32)
        case int64(Int64)
        case uint64(UInt64)
        case double(Double)
        case boolean(Bool)
        case string(String)
        /// A type that is newer than the headers, or 0 if a list of parameters has a gap.
        case unknown(type: Int32)
    }

    /// E.g. `cpu_shares`; for statistics often a path, e.g. `net.0.rx.bytes`.
    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    init(_ parameter: virTypedParameter) {
        name = String(field: parameter.field)
        let type = parameter.type
        value =
            switch UInt32(bitPattern: type) {
            case VIR_TYPED_PARAM_INT.rawValue: .int32(parameter.value.i)
            case VIR_TYPED_PARAM_UINT.rawValue: .uint32(parameter.value.ui)
            case VIR_TYPED_PARAM_LLONG.rawValue: .int64(parameter.value.l)
            case VIR_TYPED_PARAM_ULLONG.rawValue: .uint64(parameter.value.ul)
            case VIR_TYPED_PARAM_DOUBLE.rawValue: .double(parameter.value.d)
            case VIR_TYPED_PARAM_BOOLEAN.rawValue: .boolean(parameter.value.b != 0)
            case VIR_TYPED_PARAM_STRING.rawValue:
                // The union's text belongs to the parameter: copied here, freed with the array.
                .string(parameter.value.s.map { String(libvirt: $0) } ?? "")
            default: .unknown(type: type)
            }
    }
}

extension [TypedParameter] {
    /// The value of the first parameter with this name; `nil` if there is none.
    package subscript(name: String) -> TypedParameter.Value? {
        first { $0.name == name }?.value
    }

    /// The value with this name; `nil` if there is none, or if it has another type.
    /// C: `virTypedParamsGetULLong`.
    package func uint64(_ name: String) -> UInt64? {
        if case .uint64(let value) = self[name] { value } else { nil }
    }

    /// See `uint64`. C: `virTypedParamsGetInt`.
    package func int32(_ name: String) -> Int32? {
        if case .int32(let value) = self[name] { value } else { nil }
    }

    /// See `uint64`. C: `virTypedParamsGetString`.
    package func string(_ name: String) -> String? {
        if case .string(let value) = self[name] { value } else { nil }
    }

    /// Copies an array that belongs to libvirt.
    init(_ array: UnsafePointer<virTypedParameter>?, count: Int32) {
        self = (0..<Int(count)).compactMap { array?[$0] }.map { TypedParameter($0) }
    }

    /// Copies an array that libvirt allocated for its caller, and frees it.
    /// C: `virTypedParamsFree`.
    init(freeing array: UnsafeMutablePointer<virTypedParameter>?, count: Int32) {
        self.init(array, count: count)
        virTypedParamsFree(array, count)
    }

    /// Makes a C call with a copy of the parameters; those of an unknown type are left out.
    @discardableResult
    func withC<Value>(
        _ call: (virTypedParameterPtr?, Int32) throws(LibvirtError) -> Value
    ) throws(LibvirtError) -> Value {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        var capacity: Int32 = 0
        // The functions below grow the array and copy names and values into it. If one fails, what
        // was added before is still ours to free.
        defer { virTypedParamsFree(array, count) }
        for parameter in self {
            let name = parameter.name
            switch parameter.value {
            case .int32(let value):
                try check(virTypedParamsAddInt(&array, &count, &capacity, name, value))
            case .uint32(let value):
                try check(virTypedParamsAddUInt(&array, &count, &capacity, name, value))
            case .int64(let value):
                try check(virTypedParamsAddLLong(&array, &count, &capacity, name, value))
            case .uint64(let value):
                try check(virTypedParamsAddULLong(&array, &count, &capacity, name, value))
            case .double(let value):
                try check(virTypedParamsAddDouble(&array, &count, &capacity, name, value))
            case .boolean(let value):
                try check(virTypedParamsAddBoolean(&array, &count, &capacity, name, value ? 1 : 0))
            case .string(let value):
                try check(virTypedParamsAddString(&array, &count, &capacity, name, value))
            case .unknown: break
            }
        }
        return try call(array, count)
    }
}

/// Makes a C call that fills an array of at most `count` parameters, and returns those that it
/// filled. A first call without an array reports the `count`; it is separate, since virsh reports
/// another error if that fails.
func readParameters(
    count: Int32,
    _ call: (virTypedParameterPtr?, UnsafeMutablePointer<Int32>) throws(LibvirtError) -> Void
) throws(LibvirtError) -> [TypedParameter] {
    guard count > 0 else { return [] }
    var count = count
    let array = virTypedParameterPtr.allocate(capacity: Int(count))
    array.initialize(repeating: virTypedParameter(), count: Int(count))
    // The call changes `count`, but all of the array has to be cleared.
    let capacity = count
    defer {
        virTypedParamsClear(array, capacity)  // frees the strings in it
        array.deallocate()
    }
    try call(array, &count)
    return [TypedParameter](array, count: count)
}

extension TypedParameter {
    /// A parameter parsed from a word, with the same type as `like`.
    /// C: `virTypedParamsAddFromString`.
    package init(_ name: String, like: Value, parsing word: String) throws(LibvirtError) {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        var capacity: Int32 = 0
        try check(
            virTypedParamsAddFromString(&array, &count, &capacity, name, like.type, word))
        defer { virTypedParamsFree(array, count) }
        guard let first = [TypedParameter](array, count: count).first else {
            throw LibvirtError(code: .internalError, message: "no parameter \(name)")
        }
        self = first
    }
}

extension TypedParameter.Value {
    /// The number of the type. C: `virTypedParameterType`.
    var type: Int32 {
        switch self {
        case .int32: Int32(VIR_TYPED_PARAM_INT.rawValue)
        case .uint32: Int32(VIR_TYPED_PARAM_UINT.rawValue)
        case .int64: Int32(VIR_TYPED_PARAM_LLONG.rawValue)
        case .uint64: Int32(VIR_TYPED_PARAM_ULLONG.rawValue)
        case .double: Int32(VIR_TYPED_PARAM_DOUBLE.rawValue)
        case .boolean: Int32(VIR_TYPED_PARAM_BOOLEAN.rawValue)
        case .string: Int32(VIR_TYPED_PARAM_STRING.rawValue)
        case .unknown(let type): type
        }
    }
}
