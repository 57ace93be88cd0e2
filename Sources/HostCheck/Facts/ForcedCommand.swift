import System
import Text

extension HelperInvocation {
    /// The command line of a `ForceCommand` or of a key's `command=`; `nil` if it runs another
    /// program.
    init?(commandLine: String) {
        guard let words = ShellWords.split(commandLine, .forcedCommand) else { return nil }
        self.init(words: words)
    }
}
