extension Tables {
    static let accountChains = """
        account A1 flags=linked = linkedEventFailed
        account A2 flags=linked = linkedEventFailed
        account A3 name=        = nameMustBeGiven
        account A4              = created

        account A1 flags=linked = created
        account A2              = created

        account A1 flags=linked = exists
        account A2              = exists

        account A5 flags=linked = linkedEventFailed
        account A6 flags=linked = linkedEventChainOpen
        """

    static let balancing = """
        account A1 = created
        account A2 = created
        account A3 = created
        account A4 = created

        transfer T1 dr=A1 cr=A2 amount=50 = created
        pending T2 dr=A2 cr=A3 amount=10 = created
        # Of 50 it got, 10 are held: 40 are left, whatever is asked for.
        transfer T3 dr=A2 cr=A3 amount=99 flags=balancing-dr = created
        balance A2 10 40 0 50
        balance A3 0 0 10 40
        # Nothing is left, and the id is spent.
        transfer T4 dr=A2 cr=A3 amount=1 flags=balancing-dr = exceedsCredits

        transfer T4 dr=A2 cr=A3 amount=1 flags=balancing-dr = idAlreadyFailed
        transfer T3 dr=A2 cr=A3 amount=99 flags=balancing-dr = exists
        transfer T3 dr=A2 cr=A3 amount=40 flags=balancing-dr = exists
        transfer T3 dr=A2 cr=A3 amount=39 flags=balancing-dr = existsWithDifferentAmount
        transfer T3 dr=A2 cr=A3 amount=40 = existsWithDifferentFlags

        # A1 owes 50: it takes less when less is asked for, and no more than it owes.
        transfer T5 dr=A4 cr=A1 amount=20 flags=balancing-cr = created
        transfer T6 dr=A4 cr=A1 amount=9223372036854775807 flags=balancing-cr = created
        balance A1 0 50 0 50
        transfer T7 dr=A4 cr=A1 amount=1 flags=balancing-cr = exceedsDebits

        # Both ends at once: A3 has 40, A4 owes 50; a pending one balances too.
        pending T8 dr=A3 cr=A4 amount=99 flags=balancing-dr,balancing-cr = created
        balance A3 40 0 10 40
        balance A4 0 50 40 0
        """

    static let closing = """
        account A1 = created
        account A2 = created
        account A3 flags=closed = created
        account A4 = created

        transfer T1 dr=A3 cr=A1 = debitAccountAlreadyClosed
        transfer T2 dr=A1 cr=A3 = creditAccountAlreadyClosed
        pending T3 dr=A1 cr=A2 amount=5 = created
        pending T4 dr=A1 cr=A2 amount=1 flags=closing-dr = created
        # What was held before can be released, but not posted.
        transfer T5 dr=A1 cr=A2 = debitAccountAlreadyClosed
        post T6 pending=T3 = debitAccountAlreadyClosed
        void T7 pending=T3 = created
        # The void of what closed it opens it.
        void T8 pending=T4 = created
        transfer T9 dr=A1 cr=A2 amount=7 = created
        balance A1 0 7 0 0

        # The other side; and one that is closed for good by its post, which needs both open.
        pending T10 dr=A4 cr=A2 amount=1 flags=closing-cr timeout=60 = created
        transfer T11 dr=A1 cr=A2 = creditAccountAlreadyClosed
        at 100
        expire T10
        transfer T12 dr=A1 cr=A2 = created

        # A spent id stays spent when the account is open again.
        transfer T11 dr=A1 cr=A2 = idAlreadyFailed
        account A3 = exists
        """
}
