/// How much a peer may make us unpack.
package struct WireLimits: Hashable, Sendable {
    /// Longest message, in bytes on the wire.
    package var messageBytes: Int
    /// Most bytes the unpacked message may take in the arena. Two bytes on the wire can ask for
    /// a struct of hundreds, so the wire size alone bounds nothing.
    package var memoryBytes: Int
    /// Deepest nesting; the outermost message counts as 1. protobuf-c unpacks by recursion, so
    /// this bounds the stack.
    package var depth: Int

    package init(
        messageBytes: Int = 4 << 20, memoryBytes: Int = 64 << 20, depth: Int = 32
    ) {
        self.messageBytes = messageBytes
        self.memoryBytes = memoryBytes
        self.depth = depth
    }

    /// 4 MiB on the wire, 64 MiB unpacked, 32 levels.
    package static let standard = WireLimits()
}
