internal import LedgerCore
internal import Testing

@Suite("Ledger tables")
struct LedgerTableTests {
    @Test("Opens accounts once, and refuses bad ones")
    func accounts() { LedgerTable.check(Tables.accounts) }

    @Test("Refuses transfers with bad fields and leaves their ids free")
    func fields() { LedgerTable.check(Tables.fields) }

    @Test("Gives the first of several codes")
    func precedence() { LedgerTable.check(Tables.precedence) }

    @Test("Tells a repeat from another transfer with the same id")
    func existing() { LedgerTable.check(Tables.existing) }

    @Test("Moves money")
    func moving() { LedgerTable.check(Tables.moving) }

    @Test("Holds accounts to their limits, what is pending included")
    func limits() { LedgerTable.check(Tables.limits) }

    @Test("Lets no sum grow beyond its type")
    func overflows() { LedgerTable.check(Tables.overflows) }

    @Test("Posts all, posts a part, and voids")
    func pending() { LedgerTable.check(Tables.pending) }

    @Test("Refuses a post that does not fit its pending transfer")
    func resolving() { LedgerTable.check(Tables.resolving) }

    @Test("Expires to the microsecond, swept or not")
    func timeouts() { LedgerTable.check(Tables.timeouts) }

    @Test("Makes a linked chain whole or not at all")
    func chains() { LedgerTable.check(Tables.chains) }

    @Test("Knows a chain that is repeated whole")
    func chainRepeats() { LedgerTable.check(Tables.chainRepeats) }

    @Test("Never lets an id succeed that once failed for the moment's reasons")
    func spentIDs() { LedgerTable.check(Tables.spentIDs) }

    @Test("Opens a linked chain of accounts whole or not at all")
    func accountChains() { LedgerTable.check(Tables.accountChains) }

    @Test("Moves what there is, and no more, when it balances")
    func balancing() { LedgerTable.check(Tables.balancing) }

    @Test("Closes accounts, and opens them by the void of what closed them")
    func closing() { LedgerTable.check(Tables.closing) }

    @Test("Reaches every result code")
    func everyCode() {
        let reached = Tables.all.reduce(into: Set<ResultCode>()) { codes, table in
            codes.formUnion(LedgerTable.check(table).reached)
        }
        #expect(Set(ResultCode.allCases).subtracting(reached).isEmpty)
    }
}
