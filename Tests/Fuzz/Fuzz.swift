// libFuzzer, which `-sanitize=fuzzer` links, has `main` and calls the function below for each
// input.
import Glibc

/// The environment's FUZZ_TARGET: the command line belongs to libFuzzer.
private let chosen: FuzzTarget = {
    guard let name = getenv("FUZZ_TARGET"),
        let target = FuzzTarget(rawValue: String(cString: name))
    else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        print("FUZZ_TARGET must be one of \(names)")
        exit(2)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
