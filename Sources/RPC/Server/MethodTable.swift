internal import Glibc
internal import TLS

/// The methods of a server, found by their names as they come, without making text of them.
struct MethodTable: Sendable {
    /// A method as a server keeps it, in one piece: passing it on costs one reference.
    final class Entry: Sendable {
        enum Handler: Sendable {
            case method(RPCMethod.Handler)
            case connection(ConnectionMethods.Method)
        }

        let descriptor: MethodDescriptor
        let handler: Handler
        let metrics: CallMetrics
        /// Whether admission has a say. Who asks for a server's health while it sheds load must
        /// hear that it lives.
        let isAdmitted: Bool
        private let service: [UInt8]
        private let name: [UInt8]
        private let callers: UInt32

        init(_ descriptor: MethodDescriptor, _ handler: Handler) {
            self.descriptor = descriptor
            self.handler = handler
            self.metrics = CallMetrics(side: "server", descriptor)
            self.isAdmitted = descriptor != HealthRegistry.check
            self.service = Array(descriptor.service.utf8)
            self.name = Array(descriptor.name.utf8)
            self.callers = descriptor.callers.reduce(0) { $0 | Self.bit($1) }
        }

        func isCalled(_ service: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
            service.isEqual(to: self.service) && name.isEqual(to: self.name)
        }

        func mayBeCalled(by role: Role) -> Bool { self.callers & Self.bit(role) != 0 }

        var hash: Int {
            let (service, name) = (self.service, self.name)
            return MethodTable.hash(service.span, name.span)
        }

        private static func bit(_ role: Role) -> UInt32 { 1 << UInt32(role.index) }
    }

    /// By their hash, those that meet behind each other; at least half are empty.
    private let slots: [Entry?]
    let serviceNames: Set<String>

    /// The latter of two methods with one name wins.
    init(_ entries: [Entry]) {
        var byPath: [String: Entry] = [:]
        for entry in entries { byPath[entry.descriptor.path] = entry }
        var size = 8
        while size < 2 * byPath.count { size *= 2 }
        var slots: [Entry?] = Array(repeating: nil, count: size)
        for entry in byPath.values {
            var index = entry.hash & (size - 1)
            while slots[index] != nil { index = (index + 1) & (size - 1) }
            slots[index] = entry
        }
        self.slots = slots
        self.serviceNames = Set(entries.map(\.descriptor.service))
    }

    /// The method, if there is one and `peer` may call it.
    ///
    /// - Throws: `UNIMPLEMENTED` (`unknown_method`), `PERMISSION_DENIED`.
    func find(
        service: Span<UInt8>, method: Span<UInt8>, for peer: Role
    ) throws(RPCError) -> Entry {
        var index = Self.hash(service, method) & (self.slots.count - 1)
        while let entry = self.slots[index] {
            if entry.isCalled(service, method) {
                if entry.mayBeCalled(by: peer) { return entry }
                throw RPCError(
                    code: .permissionDenied, reason: .permissionDenied,
                    message: "\(peer) may not call \(entry.descriptor.path)", mayHaveRun: false)
            }
            index = (index + 1) & (self.slots.count - 1)
        }
        throw RPCError(
            code: .unimplemented, reason: .unknownMethod,
            message: "this server has no method \(service.told)/\(method.told)", mayHaveRun: false)
    }

    /// Of the ends of both names, where those of one server differ.
    private static func hash(_ service: Span<UInt8>, _ name: Span<UInt8>) -> Int {
        let mixed = (service.tail &+ UInt64(service.count) &* 31) &* 0x9e37_79b9_7f4a_7c15
        let hash = (mixed ^ name.tail ^ UInt64(name.count) << 56) &* 0xff51_afd7_ed55_8ccd
        return Int(truncatingIfNeeded: hash >> 32)
    }
}

extension Span<UInt8> {
    /// The last eight bytes, as a number.
    fileprivate var tail: UInt64 {
        guard self.count >= 8 else {
            var value: UInt64 = 0
            for index in self.indices { value = value << 8 | UInt64(self[index]) }
            return value
        }
        return self.bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: $0.count - 8, as: UInt64.self)
        }
    }

    fileprivate func isEqual(to bytes: [UInt8]) -> Bool {
        guard self.count == bytes.count else { return false }
        return self.withUnsafeBytes { left in
            bytes.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else {
                    return true
                }
                return memcmp(left, right, bytes.count) == 0
            }
        }
    }

    /// As much of it as belongs into a message.
    fileprivate var told: String {
        String(decoding: Array(copying: self.extracting(first: 100)), as: UTF8.self)
    }
}

extension Role {
    /// A number of its own.
    var index: Int {
        switch self {
        case .orchestrator: 0
        case .payment: 1
        case .refund: 2
        case .fx: 3
        case .ledger: 4
        case .acquirer: 5
        case .gateway: 6
        case .operator: 7
        case .client: 8
        }
    }
}
