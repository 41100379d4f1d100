internal import Identifiers
internal import Money

/// What is compared with each other: of one payment or refund, in one direction.
struct Group: Hashable {
    let id: String
    let kind: MovementKind

    init(_ id: String, _ kind: MovementKind) {
        self.id = id
        self.kind = kind
    }
}

/// A transfer or a line.
struct Item: Hashable {
    let group: Group
    let paymentID: String
    let reference: String
    let amount: Money
    let at: Timestamp
    let lineNumber: Int

    init(_ entry: LedgerEntry) {
        self.group = Group(entry.paymentID, entry.kind)
        self.paymentID = entry.paymentID
        self.reference = entry.transferID
        self.amount = entry.amount
        self.at = entry.at
        self.lineNumber = 0
    }

    init(_ line: SettledLine) {
        self.group = Group(line.subject, line.kind)
        self.paymentID = line.paymentID
        self.reference = line.reference
        self.amount = line.amount
        self.at = line.at
        self.lineNumber = line.lineNumber
    }
}

/// The operations and items of a group that have found no partner yet.
struct Pairing {
    private(set) var operations: [Movement]
    private(set) var items: [Item]

    init(operations: [Movement], items: [Item]) {
        self.operations = operations
        self.items = items
    }

    /// Takes out the pairs that fit, each operation with the first item that does.
    mutating func pairs(where fit: (Movement, Item) -> Bool) -> [(Movement, Item)] {
        var pairs: [(Movement, Item)] = []
        var alone: [Movement] = []
        for operation in self.operations {
            if let index = self.items.firstIndex(where: { fit(operation, $0) }) {
                pairs.append((operation, self.items.remove(at: index)))
            } else {
                alone.append(operation)
            }
        }
        self.operations = alone
        return pairs
    }

    mutating func takeOperations(where isTaken: (Movement) -> Bool) -> [Movement] {
        defer { self.operations.removeAll(where: isTaken) }
        return self.operations.filter(isTaken)
    }

    mutating func takeItems(where isTaken: (Item) -> Bool) -> [Item] {
        defer { self.items.removeAll(where: isTaken) }
        return self.items.filter(isTaken)
    }
}

extension Report {
    mutating func count(_ operation: Movement, as fate: Fate, with counterpart: Counterpart) {
        let key = TotalsKey(
            counterpart: counterpart, isOfPayments: true, currency: operation.amount.currency,
            fate: fate)
        self.totals[key, default: Sum()].add(operation.kind, operation.amount.minorUnits)
    }

    mutating func count(_ item: Item, as fate: Fate, with counterpart: Counterpart) {
        let key = TotalsKey(
            counterpart: counterpart, isOfPayments: false, currency: item.amount.currency,
            fate: fate)
        self.totals[key, default: Sum()].add(item.group.kind, item.amount.minorUnits)
    }

    /// Adds a finding about an operation, an item, or a pair of them. An operation that is there
    /// once and found twice is counted with the item that agrees with it.
    mutating func add(
        _ kind: Finding.Kind, _ operation: Movement?, _ item: Item?, with counterpart: Counterpart
    ) {
        if let operation, kind != .doubled {
            self.count(operation, as: .finding, with: counterpart)
        }
        if let item { self.count(item, as: .finding, with: counterpart) }
        guard let at = item?.at ?? operation?.at, let group = item?.group ?? operation?.group else {
            return
        }
        self.findings.append(
            Finding(
                kind: kind, counterpart: counterpart, movement: group.kind,
                paymentID: operation?.paymentID ?? item?.paymentID ?? "",
                id: operation?.id ?? group.id, subject: operation?.subject ?? group.id,
                reference: item?.reference ?? "",
                expected: operation?.amount, found: item?.amount, at: at,
                lineNumber: item?.lineNumber ?? 0))
    }
}

extension Movement {
    fileprivate var group: Group { Group(self.subject, self.kind) }
}
