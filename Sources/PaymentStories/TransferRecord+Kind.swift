package import Messages

extension LedgerV1.TransferRecord {
    private func has(_ flag: LedgerV1.TransferFlag) -> Bool {
        (self.transfer?.flags ?? 0) & UInt32(bitPattern: flag.rawValue) != 0
    }

    /// Whether it sets money aside.
    package var isHold: Bool { self.has(.pending) }

    /// Whether it moved money for good.
    package var isPosting: Bool { !self.has(.pending) && !self.has(.voidPending) }

    /// "posted", "post", "void", or what became of a pending one: "pending, voided".
    package var kind: String {
        if self.has(.postPending) { return "post" }
        if self.has(.voidPending) { return "void" }
        guard self.isHold else { return "posted" }
        return self.pendingStatus == .pending ? "pending" : "pending, \(self.pendingStatus)"
    }
}
