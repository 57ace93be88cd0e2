/// How to solve a problem. Arguments of the request are written as the client would write them:
/// `"wait": true` in the line protocol, `wait=true` in words.
package struct Hint: Hashable, Sendable, ExpressibleByStringInterpolation {
    package enum Syntax: Sendable { case json, words }

    fileprivate enum Part: Hashable {
        case text(String)
        case argument(name: String, value: String)
    }

    private var parts: [Part] = []

    package init(stringLiteral text: String) { parts = [.text(text)] }
    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    package func text(_ syntax: Syntax) -> String {
        parts.map { part in
            switch (part, syntax) {
            case (.text(let text), _): text
            case (.argument(let name, let value), .json): "\"\(name)\": \(value)"
            case (.argument(let name, let value), .words): "\(name)=\(value)"
            }
        }.joined()
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ text: String) { parts.append(.text(text)) }
        package mutating func appendInterpolation(_ text: String) { parts.append(.text(text)) }
        /// `value` as in JSON, e.g. `true`.
        package mutating func appendInterpolation(argument name: String, _ value: String) {
            parts.append(.argument(name: name, value: value))
        }
    }
}
