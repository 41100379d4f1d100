package import Identifiers
internal import Money

extension Payment {
    package enum Intent: Hashable, Sendable {
        case process
        /// Minor units; `nil` means all that is capturable.
        case capture(Int64?)
        case cancel
    }

    /// How a saga's work ended well.
    package enum Completion: Hashable, Sendable {
        /// Minor units taken, what the merchant gets for them, and the key under which the acquirer
        /// knows the capture.
        case captured(Int64, Settlement, reference: String)
        /// Set aside on these terms; to be captured before `window` has passed.
        case held(HoldTerms, window: Duration)
        case canceled(CancellationReason?)
    }

    /// Gives the payment to a saga.
    ///
    /// - Parameter chargeID: The id of the charge that `process` opens; else unused.
    /// - Throws: `.busy` while another saga has it; `.unexpectedState` when its status does not
    ///   allow the intent; `.amountNotCapturable` for a capture of nothing or of too much.
    package mutating func begin(
        _ intent: Intent, saga: SagaID, chargeID: ChargeID, at now: Timestamp
    ) throws(PaymentError) -> [PaymentEvent] {
        try self.checkNotFrozen()
        guard self.activity == nil else { throw .busy }
        switch intent {
        case .process:
            guard self.status.isOpen else { throw .unexpectedState(self.status) }
            guard !self.details.paymentMethod.isEmpty else { throw .paymentMethodMissing }
            self.activity = Activity(sagaID: saga, work: .process(resume: self.status))
            self.status = .processing
            self.nextAction = ""
            self.charge = Charge(
                id: chargeID, amount: self.amount, createdAt: now,
                paymentMethod: self.details.paymentMethod,
                paymentMethodID: self.details.paymentMethodID)
            self.updatedAt = now
            return [.processing]
        case .capture(let wanted):
            guard self.status == .requiresCapture else { throw .unexpectedState(self.status) }
            guard let end = self.captureBefore, now <= end else { throw .holdExpired }
            let amount = wanted ?? self.amountCapturable
            guard amount >= 1, amount <= self.amountCapturable else {
                throw .amountNotCapturable(most: self.amountCapturable)
            }
            try self.checkStep(amount)
            self.activity = Activity(sagaID: saga, work: .capture(amount))
        case .cancel:
            guard self.status.isCancelable else { throw .unexpectedState(self.status) }
            self.activity = Activity(sagaID: saga, work: .cancel)
        }
        self.updatedAt = now
        return []
    }

    /// Checks that the acquirer may be asked to set the money aside.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` when the saga is not to process the payment.
    package func authorizing(saga: SagaID) throws(PaymentError) {
        guard case .process = try self.work(of: saga) else {
            throw .unexpectedState(self.status)
        }
    }

    /// The acquirer set the money aside. No event: the outcome is not decided yet.
    ///
    /// - Parameter reference: The key under which the acquirer knows the authorization.
    /// - Throws: As ``authorizing(saga:)``.
    package mutating func authorized(
        _ reference: String, saga: SagaID
    ) throws(PaymentError) {
        try self.authorizing(saga: saga)
        self.charge?.authorizationReference = reference
    }

    /// Checks that the acquirer may be asked to take all of the money at once.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` when the saga is not to process the payment, the
    ///   capture is manual, or the money was set aside already.
    package func purchasing(saga: SagaID) throws(PaymentError) {
        guard case .process = try self.work(of: saga), self.captureMethod == .automatic,
            self.charge?.authorizationReference == nil
        else { throw .unexpectedState(self.status) }
    }

    /// What the acquirer is to be asked to capture.
    ///
    /// - Returns: The reference of the authorization.
    /// - Throws: `.notYours`; `.unexpectedState` when nothing was authorized or the saga is not to
    ///   capture; `.amountNotCapturable` when it began with another amount.
    package func capturing(_ amount: Int64, saga: SagaID) throws(PaymentError) -> String {
        let most: Int64
        switch try self.work(of: saga) {
        case .process: most = self.captureMethod == .automatic ? self.amount.minorUnits : 0
        case .capture(let agreed): most = agreed
        case .cancel: throw .unexpectedState(self.status)
        }
        guard amount == most else { throw .amountNotCapturable(most: most) }
        guard let reference = self.charge?.authorizationReference else {
            throw .unexpectedState(self.status)
        }
        return reference
    }

    /// Checks that the acquirer may be asked to let go what the charge holds.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` when the saga is not to cancel the payment.
    package func voiding(saga: SagaID) throws(PaymentError) {
        guard case .cancel = try self.work(of: saga) else { throw .unexpectedState(self.status) }
    }

    /// Ends a saga's work well.
    ///
    /// - Throws: `.notYours` when another saga, or none, has the payment; `.unexpectedState` when
    ///   the saga began something that cannot end so; `.amountNotCapturable` for another amount
    ///   than the saga began with.
    package mutating func complete(
        _ completion: Completion, saga: SagaID, at now: Timestamp
    ) throws(PaymentError) -> [PaymentEvent] {
        let events: [PaymentEvent]
        switch (try self.work(of: saga), completion) {
        case (.process, .captured(let amount, let settlement, let reference))
        where self.captureMethod == .automatic:
            guard amount == self.amount.minorUnits else {
                throw .amountNotCapturable(most: self.amount.minorUnits)
            }
            self.charge?.capture(amount, settlement: settlement, reference: reference)
            self.status = .succeeded
            events = [.chargeSucceeded, .succeeded]
        case (.process, .held(let terms, let window)) where self.captureMethod == .manual:
            self.charge?.hold(on: terms)
            self.status = .requiresCapture
            self.captureBefore = now + window
            events = [.chargeSucceeded, .amountCapturableUpdated]
        case (.capture(let agreed), .captured(let amount, let settlement, let reference)):
            guard amount == agreed else { throw .amountNotCapturable(most: agreed) }
            self.charge?.capture(amount, settlement: settlement, reference: reference)
            self.status = .succeeded
            self.captureBefore = nil
            events = [.chargeCaptured, .succeeded]
        case (.cancel, .canceled(let reason)):
            self.status = .canceled
            self.nextAction = ""
            self.captureBefore = nil
            self.cancellation = Cancellation(reason: reason, at: now)
            events = [.canceled]
        case (.process, _), (.capture, _), (.cancel, _):
            throw .unexpectedState(self.status)
        }
        self.activity = nil
        if self.status != .canceled { self.lastFailure = nil }
        self.updatedAt = now
        return events
    }

    /// Ends a saga's work without success: the payment can be tried again.
    ///
    /// An attempt that the card network refused needs another payment method; one that failed for
    /// another reason (a quote that ran out, say) returns to where it began. A capture or a cancel
    /// that failed leaves the status as it is.
    ///
    /// - Parameter nextAction: What the customer has to do first; empty when nothing.
    /// - Throws: `.notYours` when another saga, or none, has the payment.
    package mutating func fail(
        _ failure: Failure, nextAction: String, saga: SagaID, at now: Timestamp
    ) throws(PaymentError) -> [PaymentEvent] {
        let events: [PaymentEvent]
        var failure = failure
        switch try self.work(of: saga) {
        case .process(let resume):
            failure.chargeID = self.charge?.id
            self.charge?.fail(failure)
            if !nextAction.isEmpty {
                self.status = .requiresAction
                self.nextAction = nextAction
                events = [.chargeFailed, .requiresAction]
            } else {
                self.status = failure.isOfTheCard ? .requiresPaymentMethod : resume
                // An action that the customer had to take belongs to an attempt that is over.
                if self.status == .requiresAction { self.status = .requiresConfirmation }
                events = [.chargeFailed, .paymentFailed]
            }
        case .capture, .cancel:
            failure.chargeID = self.charge?.id
            events = []
        }
        self.activity = nil
        self.lastFailure = failure
        self.updatedAt = now
        return events
    }

    /// Changes what a merchant asked for.
    ///
    /// - Throws: `.busy` or `.unexpectedState` for details of the money once it is being taken;
    ///   `.invalid` when what changes does not go with what stays.
    package mutating func update(
        _ change: PaymentChange, at now: Timestamp
    ) throws(PaymentError) -> [PaymentEvent] {
        if change.touchesMoney {
            guard self.activity == nil else { throw .busy }
            guard self.status.isOpen else { throw .unexpectedState(self.status) }
        }
        self.details = try change.applied(to: self.details)
        if change.touchesMoney {
            self.nextAction = ""
            self.status =
                self.details.paymentMethod.isEmpty ? .requiresPaymentMethod : .requiresConfirmation
        }
        self.updatedAt = now
        return [.updated]
    }

    private func work(of saga: SagaID) throws(PaymentError) -> Activity.Work {
        guard let activity = self.activity, activity.sagaID == saga else { throw .notYours }
        return activity.work
    }
}
