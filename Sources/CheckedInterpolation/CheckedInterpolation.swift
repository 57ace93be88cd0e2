// Package.swift imports this module into every file of Sources, so that these overloads replace the
// standard library's there. Warnings are errors, so an interpolation that picks a deprecated one
// does not compile.
//
// A release build has no names of enum cases and fields: "\(change)" of an enum prints
// `MediaChange(rawValue: 0)` instead of `update`, or nothing. Types that conform to
// `CustomStringConvertible` have their own text; the standard library has a more specific overload
// for them, which still compiles.
//
// Not covered: `String(describing:)` and the like, which Tests/Contrib/run rejects, and values
// inside of generic types that describe their contents, e.g. `Range`.

extension DefaultStringInterpolation {
    /// Rejects a value whose text would come from reflection.
    @available(*, deprecated, message: "interpolate a text of the type, e.g. its rawValue")
    package mutating func appendInterpolation<Value>(_ value: Value) {}

    /// Rejects an array that describes its elements by reflection.
    @available(*, deprecated, message: "join texts of the elements")
    package mutating func appendInterpolation<Element>(_ value: [Element]) {}

    /// Accepts an array whose elements have their own text.
    package mutating func appendInterpolation<Element: CustomStringConvertible>(_ value: [Element])
    {
        appendLiteral(value.description)
    }

    /// Rejects a set that describes its elements by reflection.
    @available(*, deprecated, message: "join texts of the elements")
    package mutating func appendInterpolation<Element>(_ value: Set<Element>) {}

    /// Rejects a dictionary that describes its keys and values by reflection.
    @available(*, deprecated, message: "join texts of the keys and values")
    package mutating func appendInterpolation<Key, Value>(_ value: [Key: Value]) {}

    /// Accepts a type: a release build has the names of types.
    package mutating func appendInterpolation<Value>(_ type: Value.Type) {
        appendLiteral(String(describing: type))
    }
}
