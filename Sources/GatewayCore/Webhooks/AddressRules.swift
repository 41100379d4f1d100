/// An IP address: 4 or 16 bytes.
package struct IPAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    /// `nil` for another number of bytes. An IPv4 address that is mapped into IPv6 is taken as
    /// what it is.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16:
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10..<12] == [255, 255]
            self.bytes = isMapped ? Array(bytes[12...]) : bytes
        default: return nil
        }
    }

    /// `nil` for what is not four numbers with dots, or groups with colons.
    package init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.sixteen(text) : Self.four(text[...]) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    private static func four(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func sixteen(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard let head = self.groups(halves[0]) else { return nil }
        switch halves.count {
        case 1: return head.count == 16 ? head : nil
        case 2:
            guard let tail = self.groups(halves[1]), head.count + tail.count <= 14 else {
                return nil
            }
            return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
        default: return nil
        }
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let four = self.four(part) else { return nil }
                bytes += four
            } else {
                guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        return bytes
    }
}

/// Addresses that begin with the same bits: "10.0.0.0/8".
package struct IPNetwork: Hashable, Sendable {
    private let address: IPAddress
    private let bits: Int

    /// `nil` for what is not an address, a slash and a number of bits.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            let bits = Int(parts[1]), (0...address.bytes.count * 8).contains(bits)
        else { return nil }
        self.address = address
        self.bits = bits
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == self.address.bytes.count else { return false }
        return zip(self.address.bytes, other.bytes).enumerated().allSatisfy { index, pair in
            let counted = min(max(self.bits - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> counted)
            return pair.0 & mask == pair.1 & mask
        }
    }
}

/// To which addresses merchants may have requests sent: those of the public internet, and networks
/// that whoever runs the gateway allows. An endpoint inside of our own network would let a merchant
/// reach what is behind the gateway.
package struct AddressRules: Hashable, Sendable {
    private let allowed: [IPNetwork]

    package init(allowing allowed: [IPNetwork] = []) { self.allowed = allowed }

    package func allows(_ address: IPAddress) -> Bool {
        self.allowed.contains { $0.contains(address) } || Self.isPublic(address)
    }

    private static func isPublic(_ address: IPAddress) -> Bool {
        if address.bytes.count == 4 { return !self.special.contains { $0.contains(address) } }
        return self.globalUnicast.contains { $0.contains(address) }
            && !self.special.contains { $0.contains(address) }
    }

    private static let globalUnicast = ["2000::/3"].compactMap(IPNetwork.init)

    /// IANA's registries of special addresses.
    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Some carry an IPv4 address in them (Teredo, 6to4).
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ].compactMap(IPNetwork.init)
}
