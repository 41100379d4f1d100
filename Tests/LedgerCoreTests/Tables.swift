/// Tables of whole lives, each named for what it shows. Together they reach every result code.
enum Tables {
    static let all = [
        accounts, fields, precedence, existing, moving, limits, overflows, pending, resolving,
        timeouts, chains, chainRepeats, spentIDs, accountChains, balancing, closing,
    ]

    static let accounts = """
        account A1 time=1 id=0 = timestampMustBeZero
        account A0 flags=256   = reservedFlag
        account A0 flags=64    = reservedFlag
        account A0 name=       = idMustNotBeZero
        account max            = idMustNotBeIntMax
        account A1 flags=6     = flagsAreMutuallyExclusive
        account A1 dp=1 name=  = debitsPendingMustBeZero
        account A1 d=1 name=   = debitsPostedMustBeZero
        account A1 cp=1 name=  = creditsPendingMustBeZero
        account A1 c=1 name=   = creditsPostedMustBeZero
        account A1 name= ccy=  = nameMustBeGiven
        account A1 ccy=        = currencyUnknown
        account A1 ccy=usd     = currencyUnknown
        account A1 ccy=QQQ     = currencyUnknown
        account A1 name=cash flags=debits<=credits = created

        account A1 name=cash flags=debits<=credits = exists
        account A1 name=cash flags=2 d=7 = exists
        account A1 name=other ccy=EUR flags=0 = existsWithDifferentFlags
        account A1 name=other ccy=EUR flags=2 user=7 = existsWithDifferentUserData
        account A1 name=other ccy=EUR flags=2 = existsWithDifferentName
        account A1 name=cash ccy=EUR flags=2  = existsWithDifferentCurrency
        account A2 name=cash ccy=EUR = created
        account A3 name=cash         = nameAlreadyTaken
        balance A1 0 0 0 0
        """

    static let fields = """
        account A1         = created
        account A2         = created
        account A3 ccy=EUR = created
        account A4 ccy=EUR = created

        transfer T1 time=1     = timestampMustBeZero
        transfer T1 flags=256  = reservedFlag
        transfer T0            = idMustNotBeZero
        transfer max           = idMustNotBeIntMax
        transfer T1 flags=pending,post = flagsAreMutuallyExclusive
        transfer T1 flags=pending,void = flagsAreMutuallyExclusive
        transfer T1 flags=post,void    = flagsAreMutuallyExclusive
        transfer T1 dr=0       = debitAccountIDMustNotBeZero
        transfer T1 dr=max     = debitAccountIDMustNotBeIntMax
        transfer T1 cr=0       = creditAccountIDMustNotBeZero
        transfer T1 cr=max     = creditAccountIDMustNotBeIntMax
        transfer T1 dr=A1 cr=A1 = accountsMustBeDifferent
        transfer T1 pending=T9 = pendingIDMustBeZero
        pending T1 pending=T9  = pendingIDMustBeZero
        transfer T1 timeout=1  = timeoutReservedForPendingTransfer
        transfer T1 flags=closing-dr amount=0 = closingTransferMustBePending
        transfer T1 flags=post,balancing-dr = flagsAreMutuallyExclusive
        transfer T1 flags=void,closing-cr   = flagsAreMutuallyExclusive
        transfer T1 amount=0   = amountMustBePositive
        transfer T1 amount=-1  = amountMustBePositive
        transfer T1 ccy=       = currencyUnknown
        transfer T1 ccy=QQQ    = currencyUnknown
        transfer T1 code=0     = codeMustNotBeZero
        transfer T1 cr=A3      = accountsMustHaveTheSameCurrency
        transfer T1 ccy=EUR    = transferMustHaveTheSameCurrencyAsAccounts
        transfer T1 dr=A3 cr=A4 = transferMustHaveTheSameCurrencyAsAccounts
        balance A1 0 0 0 0
        # None of these spends the id.
        transfer T1            = created
        balance A1 0 10 0 0
        balance A2 0 0 0 10
        """

    /// Each line is wrong in all that the next is wrong in, and in one thing more.
    static let precedence = """
        account A1 = created
        account A2 = created

        transfer T0 time=1 flags=22 dr=0 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0 = timestampMustBeZero
        transfer T0 flags=278 dr=0 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0 = reservedFlag
        transfer T0 flags=6 dr=0 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0 = idMustNotBeZero
        transfer T1 flags=6 dr=0 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0 = flagsAreMutuallyExclusive
        transfer T1 dr=0 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0  = debitAccountIDMustNotBeZero
        transfer T1 dr=A7 cr=0 pending=T9 timeout=1 amount=0 ccy=Q code=0 = creditAccountIDMustNotBeZero
        transfer T1 dr=A7 cr=A7 pending=T9 timeout=1 amount=0 ccy=Q code=0 = accountsMustBeDifferent
        transfer T1 dr=A7 cr=A8 pending=T9 timeout=1 amount=0 ccy=Q code=0 = pendingIDMustBeZero
        transfer T1 dr=A7 cr=A8 timeout=1 amount=0 ccy=Q code=0 = timeoutReservedForPendingTransfer
        transfer T1 dr=A7 cr=A8 amount=0 ccy=Q code=0 = amountMustBePositive
        transfer T1 dr=A7 cr=A8 ccy=Q code=0 = currencyUnknown
        transfer T1 dr=A7 cr=A8 code=0 = codeMustNotBeZero
        transfer T1 dr=A7 cr=A8 = debitAccountNotFound
        transfer T2 dr=A1 cr=A8 = creditAccountNotFound
        transfer T3 = created
        # An id that exists is compared before anything else is looked at.
        transfer T3 flags=6 dr=0 cr=0 amount=0 = existsWithDifferentFlags
        transfer T3 dr=0 cr=0 amount=0 = existsWithDifferentDebitAccountID
        """

    static let existing = """
        account A1 = created
        account A2 = created
        account A3 = created

        pending T1 amount=10 user=5 timeout=60 code=2 = created
        pending T1 amount=10 user=5 timeout=60 code=2 = exists
        transfer T1 pending=T9 timeout=0 = existsWithDifferentFlags
        pending T1 pending=T9 timeout=1  = existsWithDifferentPendingID
        pending T1 dr=A2 cr=A1 timeout=1 = existsWithDifferentTimeout
        pending T1 dr=A3 cr=A1 amount=1 timeout=60 = existsWithDifferentDebitAccountID
        pending T1 cr=A3 amount=1 timeout=60 = existsWithDifferentCreditAccountID
        pending T1 amount=9 timeout=60 = existsWithDifferentAmount
        pending T1 timeout=60 ccy=EUR = existsWithDifferentUserData
        pending T1 user=5 timeout=60 ccy=EUR = existsWithDifferentCurrency
        pending T1 user=5 timeout=60 code=1 = existsWithDifferentCode
        balance A1 10 0 0 0

        post T2 pending=T1 amount=4 = created
        post T2 pending=T1 amount=4 = exists
        post T2 pending=T1 amount=4 dr=A1 cr=A2 user=5 ccy=USD code=2 = exists
        # 0 stands for all of the pending amount, and all is not 4.
        post T2 pending=T1 = existsWithDifferentAmount
        post T2 pending=T1 amount=5 = existsWithDifferentAmount
        post T2 pending=T3 amount=4 = existsWithDifferentPendingID
        post T2 pending=T1 amount=4 timeout=1 = existsWithDifferentTimeout
        post T2 pending=T1 amount=4 dr=A3 = existsWithDifferentDebitAccountID
        post T2 pending=T1 amount=4 cr=A3 = existsWithDifferentCreditAccountID
        post T2 pending=T1 amount=4 user=6 = existsWithDifferentUserData
        post T2 pending=T1 amount=4 ccy=EUR = existsWithDifferentCurrency
        post T2 pending=T1 amount=4 code=7 = existsWithDifferentCode
        void T2 pending=T1 amount=4 = existsWithDifferentFlags
        balance A1 0 4 0 0
        balance A2 0 0 0 4
        """

    static let moving = """
        account A1 = created
        account A2 = created
        account A3 = created

        transfer T1 dr=A1 cr=A2 amount=70 = created
        transfer T2 dr=A2 cr=A3 amount=30 = created
        transfer T3 dr=A3 cr=A1 amount=5  = created
        balance A1 0 70 0 5
        balance A2 0 30 0 70
        balance A3 0 5 0 30
        """

    static let limits = """
        account A1 = created
        account A2 flags=debits<=credits = created
        account A3 flags=credits<=debits = created

        transfer T1 dr=A2 cr=A1 amount=1  = exceedsCredits
        transfer T2 dr=A1 cr=A2 amount=10 = created
        pending T3 dr=A2 cr=A1 amount=6   = created
        # What is held counts as spent, what is coming does not count yet.
        pending T4 dr=A1 cr=A2 amount=50  = created
        transfer T5 dr=A2 cr=A1 amount=5  = exceedsCredits
        transfer T6 dr=A2 cr=A1 amount=4  = created
        balance A2 6 4 50 10

        transfer T10 dr=A1 cr=A3 amount=1  = exceedsDebits
        transfer T11 dr=A3 cr=A1 amount=10 = created
        pending T12 dr=A1 cr=A3 amount=6   = created
        transfer T13 dr=A1 cr=A3 amount=5  = exceedsDebits
        transfer T14 dr=A1 cr=A3 amount=4  = created
        # Where both accounts object, the debit side speaks first.
        transfer T15 dr=A2 cr=A3 amount=99 = exceedsCredits
        balance A3 0 10 6 4
        """

    static let overflows = """
        account A1 = created
        account A2 = created
        account A3 = created
        account A4 = created
        account A5 flags=debits<=credits = created

        pending T1 dr=A1 cr=A2 amount=9223372036854775807 = created
        pending T2 dr=A1 cr=A3 amount=1  = overflowsDebitsPending
        pending T3 dr=A3 cr=A2 amount=1  = overflowsCreditsPending
        transfer T4 dr=A1 cr=A3 amount=1 = overflowsDebits
        transfer T5 dr=A3 cr=A2 amount=1 = overflowsCredits
        # An overflow comes before a limit.
        pending T6 dr=A5 cr=A2 amount=1  = overflowsCreditsPending
        transfer T7 dr=A3 cr=A4 amount=9223372036854775807 = created
        transfer T8 dr=A3 cr=A1 amount=1 = overflowsDebitsPosted
        transfer T9 dr=A5 cr=A4 amount=1 = overflowsCreditsPosted
        pending T9 dr=A3 cr=A1 amount=1  = overflowsDebitsPosted

        post T10 pending=T1 = created
        balance A1 0 9223372036854775807 0 0
        now 9223372036854775000
        pending T11 dr=A4 cr=A3 amount=1 timeout=1 = overflowsTimeout
        pending T12 dr=A5 cr=A3 amount=1 timeout=1 = overflowsTimeout
        pending T11 dr=A4 cr=A3 amount=1 = created
        """
}
