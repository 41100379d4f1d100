package import Messages

extension LedgerV1.TrialBalanceResponse.Line {
    package var isInBalance: Bool {
        self.debitsPosted == self.creditsPosted && self.debitsPending == self.creditsPending
    }
}
