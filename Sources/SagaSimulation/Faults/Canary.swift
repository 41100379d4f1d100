/// A bug that is planted to see whether the simulation finds it.
///
/// Each breaks one rule, at the store, at the participants, or between them and the engine; the
/// engine itself is the one that runs in production.
package enum Canary: String, CaseIterable, Hashable, Sendable {
    // The store.
    /// A change is stored whatever its epoch.
    case storeWithoutFence
    /// A claim leaves the epoch as it was.
    case claimWithoutEpoch
    /// A saga is claimed while another holds its lease.
    case claimIgnoresLease
    /// A lease is renewed for whoever had the saga once.
    case renewIgnoresEpoch
    /// A claim forgets that the saga's last owner may have gone further than it stored.
    case claimForgetsOwner
    /// A decision is called stored before it is.
    case saveAnswersEarly
    /// A saga's start is called stored before it is.
    case insertAnswersEarly
    /// The same key begins a second saga.
    case insertIgnoresKey
    /// The engine does not heed being fenced by the store.
    case fenceUnheeded
    /// A saga is removed whoever holds it.
    case discardIgnoresEpoch
    // Participants.
    /// A participant does what a lower epoch asks.
    case participantWithoutFence
    /// A repeat is done again.
    case noBarrier
    /// An action that comes after its compensation is done.
    case noTombstone
    /// What was never done is undone.
    case emptyCompensation
    /// The acquirer is asked again under another reference.
    case newKeyOnRetry
    /// The answer is given before the transaction is committed.
    case answerBeforeCommit
    /// Undone, says the participant, and has done nothing.
    case compensationSkipped
    // Between engine and participants.
    /// What has no certain answer is taken for a refusal.
    case unknownIsRefusal
    /// What is in doubt is taken for a refusal.
    case doubtIsRefusal
    /// What has no certain answer is taken for done.
    case unknownIsDone
    /// What has no certain answer is taken for not needed.
    case unknownIsSkipped
    /// An undoing without a certain answer is taken for done.
    case unknownIsUndone
    /// Steps are done at the same time that need each other.
    case everythingAtOnce
}
