/// The paths of a kernel and its initial RAM disk in a location.
package struct KernelPair: Hashable, Sendable {
    package let kernel: String
    package let initrd: String

    package init(kernel: String, initrd: String) {
        self.kernel = kernel
        self.initrd = initrd
    }
}
