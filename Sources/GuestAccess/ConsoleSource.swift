import Libvirt
import System

/// The source of a console's bytes.
protocol ConsoleSource: AnyObject {
    /// Its name in a reply.
    var name: String { get }
    /// After this event `receive` may return more.
    var waitable: any Waitable { get }
    /// Puts received bytes at the start of `buffer`; `.end` if no more will come.
    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received
    /// Runs `body`, which writes received bytes to the client. If that takes long, the guest waits.
    func forward(_ body: () throws -> Void) throws
    /// Called after `.end` while the domain is still running: reopens the source or throws.
    func resume(_ run: DomainRun) throws
    /// Whether no more can come because the connection to libvirt was lost.
    func isCutOff(_ run: DomainRun) -> Bool
}
