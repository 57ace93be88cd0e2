import CLibvirt

/// A named value of one of C's types, e.g. `cpu_shares` 1024. C: `virTypedParameter`.
package struct TypedParameter: Sendable {
    package enum Value: Hashable, Sendable {
        case int32(Int32)
        case uint32(UInt32)
        case int64(Int64)
        case uint64(UInt64)
        case double(Double)
        case boolean(Bool)
        case string(String)
        /// A type that this library's header does not know; 0 where a list has a gap.
        case unknown(type: Int32)
    }

    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    init(_ parameter: virTypedParameter) {
        var parameter = parameter
        name = withUnsafeBytes(of: &parameter.field) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
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
                .string(parameter.value.s.map { String(libvirt: $0) } ?? "")
            default: .unknown(type: type)
            }
    }
}

extension [TypedParameter] {
    /// The first with this name; `nil` where there is none.
    package subscript(name: String) -> TypedParameter.Value? {
        first { $0.name == name }?.value
    }

    /// The unsigned 64-bit number of this name; `nil` where there is none.
    /// C: `virTypedParamsGetULLong`.
    package func uint64(_ name: String) -> UInt64? {
        if case .uint64(let value) = self[name] { value } else { nil }
    }

    /// C: `virTypedParamsGetInt`.
    package func int32(_ name: String) -> Int32? {
        if case .int32(let value) = self[name] { value } else { nil }
    }

    /// C: `virTypedParamsGetString`.
    package func string(_ name: String) -> String? {
        if case .string(let value) = self[name] { value } else { nil }
    }

    /// Copies an array of libvirt's.
    init(_ array: UnsafePointer<virTypedParameter>?, count: Int32) {
        self = (0..<Int(count)).compactMap { array?[$0] }.map { TypedParameter($0) }
    }

    /// Takes over an array that its caller has to free. C: `virTypedParamsFree`.
    init(freeing array: UnsafeMutablePointer<virTypedParameter>?, count: Int32) {
        self.init(array, count: count)
        virTypedParamsFree(array, count)
    }

    /// Makes a C call with a copy of the parameters.
    @discardableResult
    func withC<Value>(
        _ call: (virTypedParameterPtr?, Int32) throws(LibvirtError) -> Value
    ) throws(LibvirtError) -> Value {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        var room: Int32 = 0
        defer { virTypedParamsFree(array, count) }
        for parameter in self {
            let name = parameter.name
            switch parameter.value {
            case .int32(let value):
                try check(virTypedParamsAddInt(&array, &count, &room, name, value))
            case .uint32(let value):
                try check(virTypedParamsAddUInt(&array, &count, &room, name, value))
            case .int64(let value):
                try check(virTypedParamsAddLLong(&array, &count, &room, name, value))
            case .uint64(let value):
                try check(virTypedParamsAddULLong(&array, &count, &room, name, value))
            case .double(let value):
                try check(virTypedParamsAddDouble(&array, &count, &room, name, value))
            case .boolean(let value):
                try check(virTypedParamsAddBoolean(&array, &count, &room, name, value ? 1 : 0))
            case .string(let value):
                try check(virTypedParamsAddString(&array, &count, &room, name, value))
            case .unknown: break
            }
        }
        return try call(array, count)
    }
}

/// The parameters that a C call fills in, which first tells how many there are, then wants an
/// array for them.
func readParameters(
    _ call: (virTypedParameterPtr?, UnsafeMutablePointer<Int32>) throws(LibvirtError) -> Void
) throws(LibvirtError) -> [TypedParameter] {
    var count: Int32 = 0
    try call(nil, &count)
    return try readParameters(count: count, call)
}

/// The parameters that a C call fills in, at most `count` of them.
func readParameters(
    count: Int32,
    _ call: (virTypedParameterPtr?, UnsafeMutablePointer<Int32>) throws(LibvirtError) -> Void
) throws(LibvirtError) -> [TypedParameter] {
    guard count > 0 else { return [] }
    var count = count
    let array = virTypedParameterPtr.allocate(capacity: Int(count))
    array.initialize(repeating: virTypedParameter(), count: Int(count))
    let room = count
    defer {
        virTypedParamsClear(array, room)
        array.deallocate()
    }
    try call(array, &count)
    return [TypedParameter](array, count: count)
}

extension TypedParameter {
    /// A parameter of the type that `like` has, read from a word.
    /// C: `virTypedParamsAddFromString`.
    package init(_ name: String, like: Value, parsing word: String) throws(LibvirtError) {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        var room: Int32 = 0
        try check(
            virTypedParamsAddFromString(&array, &count, &room, name, like.type, word))
        defer { virTypedParamsFree(array, count) }
        guard let first = [TypedParameter](array, count: count).first else {
            throw LibvirtError(code: .internalError, message: "no parameter \(name)")
        }
        self = first
    }
}

extension TypedParameter.Value {
    /// A `virTypedParameterType`.
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
