/// How the creation of an account or a transfer ended.
///
/// Where several codes would fit, the one that stands first is given: the order is TigerBeetle's.
/// The numbers are those of `ResultCode` in `proto/florin/ledger/v1/ledger.proto`.
package enum ResultCode: Int32, CaseIterable, Hashable, Sendable {
    case created = 1
    case linkedEventFailed = 2
    case linkedEventChainOpen = 3
    // `created_at_us` is the ledger's to say.
    case timestampMustBeZero = 4
    case reservedFlag = 5
    case idMustNotBeZero = 6
    case idMustNotBeIntMax = 7
    // The same id with other content.
    case existsWithDifferentFlags = 8
    case existsWithDifferentPendingID = 9
    case existsWithDifferentTimeout = 10
    case existsWithDifferentDebitAccountID = 11
    case existsWithDifferentCreditAccountID = 12
    case existsWithDifferentAmount = 13
    case existsWithDifferentUserData = 14
    case existsWithDifferentName = 15
    case existsWithDifferentCurrency = 16
    case existsWithDifferentCode = 17
    // The same again: as good as created.
    case exists = 18
    // The id was refused before for a reason that could have passed; take a new id.
    case idAlreadyFailed = 19
    case flagsAreMutuallyExclusive = 20
    // A new account starts at zero.
    case debitsPendingMustBeZero = 21
    case debitsPostedMustBeZero = 22
    case creditsPendingMustBeZero = 23
    case creditsPostedMustBeZero = 24
    case nameMustBeGiven = 25
    case debitAccountIDMustNotBeZero = 26
    case debitAccountIDMustNotBeIntMax = 27
    case creditAccountIDMustNotBeZero = 28
    case creditAccountIDMustNotBeIntMax = 29
    case accountsMustBeDifferent = 30
    case pendingIDMustBeZero = 31
    case pendingIDMustNotBeZero = 32
    case pendingIDMustNotBeIntMax = 33
    case pendingIDMustBeDifferent = 34
    case timeoutReservedForPendingTransfer = 35
    case closingTransferMustBePending = 64
    case amountMustBePositive = 36
    case currencyUnknown = 37
    // Another account has the name in this currency.
    case nameAlreadyTaken = 38
    case codeMustNotBeZero = 39
    case debitAccountNotFound = 40
    case creditAccountNotFound = 41
    case accountsMustHaveTheSameCurrency = 42
    case transferMustHaveTheSameCurrencyAsAccounts = 43
    case pendingTransferNotFound = 44
    case pendingTransferNotPending = 45
    case pendingTransferHasDifferentDebitAccountID = 46
    case pendingTransferHasDifferentCreditAccountID = 47
    case pendingTransferHasDifferentCurrency = 48
    case pendingTransferHasDifferentCode = 49
    case exceedsPendingTransferAmount = 50
    case pendingTransferHasDifferentAmount = 51
    case pendingTransferAlreadyPosted = 52
    case pendingTransferAlreadyVoided = 53
    case pendingTransferExpired = 54
    // Only the void of what closed it moves in a closed account.
    case debitAccountAlreadyClosed = 65
    case creditAccountAlreadyClosed = 66
    case overflowsDebitsPending = 55
    case overflowsCreditsPending = 56
    case overflowsDebitsPosted = 57
    case overflowsCreditsPosted = 58
    case overflowsDebits = 59
    case overflowsCredits = 60
    case overflowsTimeout = 61
    case exceedsCredits = 62
    case exceedsDebits = 63

    /// Whether what was asked for now stands: it was made by this event or by an earlier, equal one.
    package var isDone: Bool {
        self == .created || self == .exists
    }

    /// Whether the refusal came from the state of the books at that moment, so that the same event
    /// might have passed later. Its id is spent all the same: a repeat must not end differently
    /// from what its sender may already have been told.
    package var isTransient: Bool {
        switch self {
        case .debitAccountNotFound, .creditAccountNotFound, .pendingTransferNotFound,
            .debitAccountAlreadyClosed, .creditAccountAlreadyClosed, .exceedsCredits,
            .exceedsDebits:
            true
        default:
            false
        }
    }
}
