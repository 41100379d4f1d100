import Identifiers
import Money
import ReconciliationCore

extension World {
    /// What can go wrong, on one side or the other.
    enum Fault: CaseIterable {
        case lostInLedger, lostAtAcquirer, foreignTransfer, foreignLine, doubledTransfer
        case doubledLine, secondReference, otherAmountInLedger, otherAmountAtAcquirer
        case otherCurrencyInLedger, otherCurrencyAtAcquirer
    }

    /// Plants a fault at the index-th operation, whose transfer and line stand at the same index.
    ///
    /// - Returns: The finding it must lead to.
    mutating func plant(_ fault: Fault, at index: Int) -> Expected {
        let operation = self.operations[index]
        let entry = self.entries[index]
        let line = self.lines[index]
        switch fault {
        case .lostInLedger:
            self.entries[index] = entry.with(paymentID: "")
            return Expected(.missingInLedger, .ledger, operation.paymentID)
        case .lostAtAcquirer:
            self.lines[index] = line.with(reference: "")
            return Expected(.missingAtAcquirer, .acquirer, operation.subject)
        case .foreignTransfer:
            self.entries.append(entry.with(paymentID: "pi_foreign\(index)"))
            return Expected(.missingInPayments, .ledger, "pi_foreign\(index)")
        case .foreignLine:
            let foreign = line.with(reference: "pi_foreign\(index)/x/capture")
            self.lines.append(foreign)
            return Expected(.missingInPayments, .acquirer, foreign.subject)
        case .doubledTransfer:
            self.entries.append(entry)
            return Expected(.doubled, .ledger, operation.paymentID)
        case .doubledLine:
            self.lines.append(line)
            return Expected(.doubled, .acquirer, operation.subject)
        case .secondReference:
            self.lines.append(
                line.with(reference: "\(operation.subject)/other/x", amount: line.amount.doubled))
            return Expected(.doubled, .acquirer, operation.subject)
        case .otherAmountInLedger:
            self.entries[index] = entry.with(amount: Money(999_999, entry.amount.currency))
            return Expected(.amountDiffers, .ledger, operation.paymentID)
        case .otherAmountAtAcquirer:
            self.lines[index] = line.with(amount: Money(999_999, line.amount.currency))
            return Expected(.amountDiffers, .acquirer, operation.subject)
        case .otherCurrencyInLedger:
            self.entries[index] = entry.with(amount: Money(entry.amount.minorUnits, .gbp))
            return Expected(.currencyDiffers, .ledger, operation.paymentID)
        case .otherCurrencyAtAcquirer:
            self.lines[index] = line.with(amount: Money(line.amount.minorUnits, .gbp))
            return Expected(.currencyDiffers, .acquirer, operation.subject)
        }
    }

    /// Takes away what a fault marked as lost. Last, so that indices hold meanwhile.
    mutating func removeLost() {
        self.entries.removeAll { $0.paymentID.isEmpty }
        self.lines.removeAll { $0.reference.isEmpty }
    }
}

extension LedgerEntry {
    func with(paymentID: String? = nil, amount: Money? = nil, at: Timestamp? = nil) -> LedgerEntry {
        LedgerEntry(
            paymentID: paymentID ?? self.paymentID, transferID: self.transferID, kind: self.kind,
            amount: amount ?? self.amount, at: at ?? self.at)
    }
}

extension SettledLine {
    func with(
        reference: String? = nil, amount: Money? = nil, at: Timestamp? = nil
    ) -> SettledLine {
        SettledLine(
            reference: reference ?? self.reference, kind: self.kind, amount: amount ?? self.amount,
            at: at ?? self.at, lineNumber: self.lineNumber)
    }
}

extension Money {
    fileprivate var doubled: Money { Money(self.minorUnits * 2, self.currency) }
}
