// What is held, what is linked, and ids that are spent.
extension Tables {
    static let pending = """
        account A1 = created
        account A2 = created

        pending T1 amount=10 = created
        pending T2 amount=20 = created
        pending T3 amount=40 = created
        balance A1 70 0 0 0
        balance A2 0 0 70 0

        post T11 pending=T1 = created
        balance A1 60 10 0 0
        post T12 pending=T2 amount=5 = created
        balance A1 40 15 0 0
        balance A2 0 0 40 15
        void T13 pending=T3 amount=40 = created
        balance A1 0 15 0 0
        balance A2 0 0 0 15

        post T21 pending=T1 = pendingTransferAlreadyPosted
        void T22 pending=T1 = pendingTransferAlreadyPosted
        post T23 pending=T3 = pendingTransferAlreadyVoided
        void T24 pending=T3 = pendingTransferAlreadyVoided
        void T13 pending=T3 = exists
        # A post of nothing at all does not exist: 0 says all.
        balance A1 0 15 0 0
        """

    static let resolving = """
        account A1 = created
        account A2 = created
        account A3 = created

        pending T1 amount=10 code=3 = created
        transfer T2 = created
        post T3 = pendingIDMustNotBeZero
        void T3 = pendingIDMustNotBeZero
        post T3 pending=max = pendingIDMustNotBeIntMax
        post T3 pending=T3 = pendingIDMustBeDifferent
        post T3 pending=T1 timeout=1 = timeoutReservedForPendingTransfer
        post T3 pending=T1 amount=-1 = amountMustBePositive
        post T3 pending=T2 = pendingTransferNotPending
        post T3 pending=T1 dr=A3 cr=A3 = pendingTransferHasDifferentDebitAccountID
        post T3 pending=T1 cr=A3 ccy=EUR = pendingTransferHasDifferentCreditAccountID
        post T3 pending=T1 ccy=EUR code=9 = pendingTransferHasDifferentCurrency
        post T3 pending=T1 code=9 amount=11 = pendingTransferHasDifferentCode
        post T3 pending=T1 amount=11 = exceedsPendingTransferAmount
        void T3 pending=T1 amount=11 = exceedsPendingTransferAmount
        void T3 pending=T1 amount=9 = pendingTransferHasDifferentAmount
        balance A1 10 10 0 0
        void T3 pending=T1 amount=10 dr=A1 cr=A2 ccy=USD code=3 = created
        post T4 pending=T3 = pendingTransferNotPending
        post T5 pending=T99 = pendingTransferNotFound
        """

    static let timeouts = """
        account A1 = created
        account A2 = created

        at 100
        pending T1 amount=10 timeout=60 = created
        pending T2 amount=20 timeout=61 = created
        pending T3 amount=40 = created

        at 159
        expire T1 T2 T3
        balance A1 70 0 0 0
        # To the microsecond: T1 is the first of its request, T2 the second.
        at 160
        post T4 pending=T1 = pendingTransferExpired
        void T5 pending=T1 = pendingTransferExpired
        balance A1 70 0 0 0
        expire T1 T2 T3
        balance A1 60 0 0 0
        expire T1
        balance A1 60 0 0 0
        post T4 pending=T1 = pendingTransferExpired
        post T6 pending=T2 = created
        at 9000
        expire T1 T2 T3
        balance A1 40 20 0 0
        void T7 pending=T3 = created
        balance A1 0 20 0 0
        """

    static let chains = """
        account A1 = created
        account A2 = created
        account A3 flags=debits<=credits = created

        transfer T1 flags=linked dr=A1 cr=A2 amount=10 = created
        transfer T2 flags=linked dr=A2 cr=A3 amount=10 = created
        transfer T3 dr=A3 cr=A1 amount=10 = created
        transfer T4 amount=1 = created
        balance A1 0 11 0 10

        transfer T5 flags=linked dr=A1 cr=A2 amount=10 = linkedEventFailed
        transfer T6 flags=linked dr=A3 cr=A2 amount=99 = exceedsCredits
        transfer T7 dr=A2 cr=A3 amount=10 = linkedEventFailed
        transfer T8 amount=1 = created
        balance A1 0 12 0 10
        balance A3 0 10 0 10

        # The first failure breaks the chain, the later ones are not looked at.
        transfer T9 flags=linked amount=0 = amountMustBePositive
        transfer T9 amount=-1 = linkedEventFailed

        transfer T10 flags=linked = linkedEventFailed
        transfer T11 flags=linked = linkedEventChainOpen

        transfer T10 flags=linked amount=0 = amountMustBePositive
        transfer T11 flags=linked = linkedEventChainOpen

        transfer T10 flags=linked = linkedEventChainOpen

        # Within a chain an event sees those before it; undone, they leave nothing.
        pending T20 flags=linked amount=7 = linkedEventFailed
        post T21 flags=linked pending=T20 = linkedEventFailed
        post T22 pending=T20 = pendingTransferAlreadyPosted

        pending T20 flags=linked amount=7 = created
        post T21 pending=T20 = created
        balance A1 0 19 0 10
        """

    static let chainRepeats = """
        account A1 = created
        account A2 = created

        pending T1 flags=linked = created
        pending T2 = created

        pending T1 flags=linked = exists
        pending T2 = exists

        # A part of a chain is no repeat of it.
        pending T1 flags=linked = exists
        pending T3 flags=linked = linkedEventFailed
        pending T2 = linkedEventFailed

        pending T3 flags=linked = linkedEventFailed
        pending T1 flags=linked = exists
        pending T2 = linkedEventFailed

        pending T1 flags=linked = exists
        pending T2 flags=linked = linkedEventChainOpen

        post T11 flags=linked pending=T1 amount=4 = created
        void T12 pending=T2 = created

        post T11 flags=linked pending=T1 amount=4 = exists
        void T12 pending=T2 = exists
        balance A1 0 4 0 0
        """

    static let spentIDs = """
        account A1 = created
        account A2 flags=debits<=credits = created
        account A3 flags=credits<=debits = created

        transfer T1 dr=A9 = debitAccountNotFound
        transfer T2 cr=A9 = creditAccountNotFound
        post T3 pending=T9 = pendingTransferNotFound
        transfer T4 dr=A2 cr=A1 = exceedsCredits
        transfer T5 dr=A1 cr=A3 = exceedsDebits

        account A9 = created

        transfer T6 dr=A1 cr=A2 amount=100 = created
        transfer T7 dr=A3 cr=A1 amount=100 = created
        pending T9 = created
        # All five would pass now, and must not.
        transfer T1 dr=A9 = idAlreadyFailed
        transfer T2 cr=A9 = idAlreadyFailed
        post T3 pending=T9 = idAlreadyFailed
        transfer T4 dr=A2 cr=A1 = idAlreadyFailed
        transfer T5 dr=A1 cr=A3 = idAlreadyFailed
        # A spent id speaks before all that is wrong with the event but its head.
        transfer T1 flags=6 amount=0 = idAlreadyFailed

        # Only the transfer that failed is spent, not those linked to it.
        transfer T21 flags=linked = linkedEventFailed
        transfer T22 flags=linked dr=A99 = debitAccountNotFound
        transfer T23 = linkedEventFailed

        transfer T22 = idAlreadyFailed
        transfer T21 = created
        transfer T23 = created
        """
}
